import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Version n − 1 is read by n, and n by n − 1", .database)
struct CompatibilityTests {
    /// The members on which every version may rely.
    private static let oldest =
        #"{"v":1,"id":"ID","kind":"test-job","attempt":0,"trace":"ab","args":{"number":1}}"#
    /// Unknown members, and known ones in another order behind the first two.
    private static let newest =
        #"{"v":1,"id":"ID","later":{"a":[1]},"enqueuedAt":5,"batch":null,"kind":"test-job","priority":7,"trace":null,"attempt":0,"args":{"number":2,"later":true}}"#

    @Test func `an older and a newer producer's jobs run`() async throws {
        try await JobTestHarness.open { harness in
            let done = RecordedNumbers()
            for envelope in [Self.oldest, Self.newest] {
                let id = JobID(unixMilliseconds: 1)
                try await harness.insert(
                    [OutboxJob(id: id, queue: "email", kind: TestJob.kind, payload: #"{"number":0}"#)], pushing: false)
                let text = envelope.split(separator: "ID").joined(separator: id.description)
                _ = try await harness.redis.command([
                    "HSET", harness.key("jobs", of: .email), RedisArgument(id.description), RedisArgument(text),
                ])
                _ = try await harness.redis.command([
                    "LPUSH", harness.key("ready", of: .email), RedisArgument(id.description),
                ])
            }
            try await harness.consume(TestJob.self) { job, _ in
                done.add(job.number)
                return .finished
            }
            try await harness.untilDone()
            #expect(done.all.sorted() == [1, 2])
        }
    }

    @Test func `what this version writes has everything the first one read`() throws {
        let envelope = Envelope(
            id: JobID(unixMilliseconds: 1), kind: "test-job", attempt: 3, trace: "ab", enqueuedAt: 5, priority: .high,
            args: Array(#"{"number":1}"#.utf8))
        let text = String(decoding: envelope.json, as: UTF8.self)
        #expect(text.hasPrefix(#"{"v":1,"id":"\#(envelope.id)","kind":"test-job","attempt":3,"trace":"ab","#))
        #expect(text.hasSuffix(#","args":{"number":1}}"#))
    }

    @Test func `the same id pushed twice runs once`() async throws {
        try await JobTestHarness.open { harness in
            let done = RecordedNumbers()
            let jobs = try await harness.enqueue([TestJob(4)])
            for _ in 0..<10 { jobs.forEach(harness.producer.push) }
            try await eventually("it is queued") {
                try await harness.integer("LLEN", harness.key("ready", of: .email)) == 1
            }
            try await harness.consume(TestJob.self) { job, _ in
                done.add(job.number)
                return .finished
            }
            try await harness.untilDone()
            jobs.forEach(harness.producer.push)
            try await harness.expectNothingLeft(in: .email)
            #expect(done.all == [4])
        }
    }
}
