import Chassis
import Domain
import JobProbing
import Jobs
import Redis
import TestSupport
import Testing

@Suite("No needless second run", .database)
struct NeedlessRunTests {
    @Test func `100 reapers at the same time requeue each job once`() async throws {
        try await JobTestHarness.open { harness in
            try await orphan(5_000, of: "gone:1:2", in: harness)
            let moved = try await withThrowingTaskGroup(of: Int.self) { group in
                let loop = harness.loop
                let reaper = harness.reaper(.email)
                for _ in 0..<100 {
                    group.addTask { try await Task(executorPreference: loop) { try await reaper.reap() }.value }
                }
                return try await group.reduce(0, +)
            }
            #expect(moved == 5_000)
            #expect(try await harness.integer("LLEN", harness.key("ready:high", of: .email)) == 5_000)
            #expect(try await harness.integer("HLEN", harness.key("crashes", of: .email)) == 5_000)
        }
    }

    @Test func `a worker that just registered is not taken for dead`() async throws {
        try await JobTestHarness.open { harness in
            let begun = RecordedNumbers()
            try await harness.consume(TestJob.self) { job, _ in
                begun.add(job.number)
                try await harness.loop.sleep(for: .milliseconds(300))
                return .finished
            }
            try await harness.enqueue([TestJob(1)])
            try await eventually("it has begun") { begun.count == 1 }
            for _ in 0..<20 { #expect(try await harness.reaper(.email).reap() == 0) }
            try await harness.untilDone()
            #expect(begun.all == [1])
        }
    }

    @Test func `30,000 orphans do not delay fresh jobs`() async throws {
        try await JobTestHarness.open { harness in
            let fresh = RecordedNumbers()
            let orphans = RecordedNumbers()
            try await orphan(30_000, of: "gone:1:2", in: harness)
            try await harness.consume(EphemeralJob.self, slots: 16) { job, _ in
                (job.number < 0 ? fresh : orphans).add(job.number)
                return .finished
            }
            async let reaping: Void = {
                while try await harness.reaper(.email).reap() > 0 {}
            }()
            var longest: UInt64 = 0
            for number in 1...20 {
                let begun = monotonicNanoseconds()
                try harness.producer.send(EphemeralJob(number: -number))
                try await eventually("a fresh job runs") { fresh.count == number }
                longest = max(longest, monotonicNanoseconds() - begun)
            }
            try await reaping
            // They would take seconds if they came first; three of ten places are for the others.
            #expect(longest < 1_500_000_000)
            try await eventually("the orphans run too", within: 30) { orphans.count == 30_000 }
        }
    }

    private static let fakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"

    @Test func `workers whose clocks are two hours ahead and behind`() async throws {
        try await JobTestHarness.open { harness in
            for offset in ["-2h", "+2h"] {
                try await harness.probe(
                    environment: ["LD_PRELOAD": Self.fakeTime, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"])
            }
            try await harness.enqueueProbes(0..<100) { $0.failures = $0.number % 10 == 0 ? 30 : 0 }
            try await harness.enqueueProbes(100..<120, after: .milliseconds(500))
            try await harness.untilDone()
            try await harness.expectEffects(0..<120)
            #expect(try await harness.integer("EXISTS", harness.key("crashes")) == 0)
            try await harness.expectNothingLeft()
        }
    }

    // The clock against the times that Redis keeps, or these against the clock: to the scripts it is the same.
    @Test(arguments: [7_200_000, -7_200_000])
    func `the clock of Redis jumps by two hours: no living worker is taken for dead, and dead ones are still found`(
        milliseconds: Int
    ) async throws {
        try await JobTestHarness.open { harness in
            let probes = [try await harness.probe(slots: 4), try await harness.probe(slots: 4)]
            try await harness.enqueueProbes(0..<8) { $0.gate = harness.path("gate") }
            try await eventually("eight are in flight") { harness.count(.begin) == 8 }
            let jump = """
                for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
                  redis.call('ZINCRBY', KEYS[1], -ARGV[1], name)
                end
                return redis.call('SET', KEYS[2], redis.call('GET', KEYS[2]) - ARGV[1])
                """
            _ = try await harness.redis.command([
                "EVAL", RedisArgument(jump), 2, harness.key("workers"), harness.key("looked"),
                RedisArgument(milliseconds),
            ])
            try await harness.loop.sleep(for: .seconds(3))
            #expect(try await harness.integer("EXISTS", harness.key("crashes")) == 0)
            #expect(harness.count(.begin) == 8)
            await probes[0].kill()
            try await eventually("the living one has all", within: 15) {
                try await harness.integer("LLEN", harness.key("ready:high")) == 4
            }
            harness.openGate("gate")
            try await harness.untilDone()
            try await harness.expectEffects(0..<8)
        }
    }

    /// What a worker leaves that died with ephemeral jobs in its hands.
    private func orphan(_ count: Int, of worker: String, in harness: JobTestHarness) async throws {
        for start in stride(from: 0, to: count, by: 1_000) {
            var command: [RedisArgument] = ["HSET", harness.key("running:\(worker)", of: .email)]
            for number in start..<min(start + 1_000, count) {
                let id = JobID(unixMilliseconds: 1)
                let envelope = Envelope(
                    id: id, kind: EphemeralJob.kind, trace: nil, isEphemeral: true,
                    args: Array(#"{"number":\#(number)}"#.utf8))
                command.append(RedisArgument(id.description))
                command.append(RedisArgument(envelope.json))
            }
            _ = try await harness.redis.command(command)
        }
        _ = try await harness.redis.command(["ZADD", harness.key("workers", of: .email), 1, RedisArgument(worker)])
    }
}
