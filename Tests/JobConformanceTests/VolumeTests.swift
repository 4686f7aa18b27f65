import Chassis
import JobProbing
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Volume", .database)
struct VolumeTests {
    @Test(arguments: [FullSize.queued])
    func `many queued: a job costs Redis what it costs in an empty queue, and the memory is given back`(count: Int)
        async throws
    {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { harness in
            let done = RecordedNumbers()
            let handlers = [
                JobHandler(HighPriorityJob.self) { job, _ in
                    done.add(job.number)
                    return .finished
                }
            ]
            let empty = try await memory(harness)
            let alone = try await costOfRunning(3_000, done, harness) {
                try await harness.consume(.email, slots: 64, handlers)
            }
            for start in stride(from: 0, to: count, by: 5_000) {
                try await harness.producer.sendAll((start..<start + 5_000).map(OtherQueueJob.init))
            }
            // The same queue: what waits is in its other list.
            _ = try await harness.redis.command(["RENAME", harness.key("ready"), harness.key("ready:low", of: .email)])
            let full = try await memory(harness)
            #expect(full - empty < count * 250)
            let crowded = try await costOfRunning(3_000, done, harness) {}
            #expect(crowded < alone * 3 + 200_000)
            _ = try await harness.redis.command(["DEL", harness.key("ready:low", of: .email)])
            #expect(try await memory(harness) - empty < 20_000_000)
        }
    }

    @Test func `10,000 in flight: acknowledging costs what it did, and they are recovered after kill -9`()
        async throws
    {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { harness in
            let probe = try await harness.probe(slots: 10_100)
            let alone = try await cost(harness) { try await runProbes(0..<1_000, harness) }
            try await harness.enqueueProbes(1_000..<11_000) { job in
                job.effect = .none
                job.milliseconds = 100_000
            }
            try await eventually("10,000 are in flight", within: 60) {
                guard let worker = try await harness.workers().first else { return false }
                return try await harness.integer("HLEN", harness.key("running:\(worker)")) == 10_000
            }
            let crowded = try await cost(harness) { try await runProbes(11_000..<12_000, harness) }
            #expect(crowded < alone * 3 + 200_000)
            await probe.kill()
            // The lease is five seconds long; the rest is for a busy machine.
            try await eventually("all of them are back", within: 12) {
                _ = try await harness.reaper().reap()
                // Some that have run may not have been acknowledged.
                return try await harness.integer("LLEN", harness.key("ready:high")) >= 10_000
            }
        }
    }

    @Test func `an idle worker sends under 5 commands a second`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { harness in
            try await harness.probe()
            try await harness.loop.sleep(for: .seconds(2))
            let before = try await commands(harness)
            try await harness.loop.sleep(for: .seconds(4))
            let sent = try await commands(harness) - before
            #expect(sent > 0)
            #expect(sent < 20)
        }
    }

    @Test(arguments: [(2, true), (65_536, true), (65_537, false)])
    func `payload of 0, 64 KiB, 64 KiB + 1`(bytes: Int, fits: Bool) async throws {
        try await JobTestHarness.open { harness in
            let lengths = RecordedNumbers()
            try await harness.consume(PayloadJob.self) { parcel, _ in
                lengths.add(parcel.bytes.count)
                return .finished
            }
            let text = bytes == 2 ? "{}" : "\"" + String(repeating: "x", count: bytes - 2) + "\""
            let parcel = PayloadJob(Array(text.utf8))
            guard fits else {
                #expect(throws: JobTooLarge.self) { try harness.producer.outboxJob(parcel, trace: nil) }
                return
            }
            try await harness.enqueue([parcel])
            try await harness.untilDone()
            // From the row too.
            try await harness.enqueue([parcel], pushing: false)
            _ = try await harness.sweep().run()
            try await eventually("both have run") { lengths.all == [bytes, bytes] }
        }
    }

    private func costOfRunning(
        _ count: Int, _ done: RecordedNumbers, _ harness: JobTestHarness, _ start: () async throws -> Void
    ) async throws -> Int {
        let before = done.count
        return try await cost(harness) {
            try await harness.producer.sendAll((0..<count).map(HighPriorityJob.init))
            try await start()
            try await eventually("they have run", within: 30) { done.count == before + count }
        }
    }

    private func runProbes(_ numbers: Range<Int>, _ harness: JobTestHarness) async throws {
        try await harness.enqueueProbes(numbers)
        try await eventually("they have run", within: 30) {
            try await harness.effects().count { numbers ~= $0 } == numbers.count
        }
    }

    /// Returns the processor time that Redis takes for it, in microseconds: a busy machine makes it slower, and hardly
    /// dearer.
    private func cost(_ harness: JobTestHarness, _ work: () async throws -> Void) async throws -> Int {
        let before = try await processorTime(harness)
        try await work()
        return try await processorTime(harness) - before
    }

    private func processorTime(_ harness: JobTestHarness) async throws -> Int {
        let text = try await harness.redis.command(["INFO", "cpu"]).text ?? ""
        let seconds = try ["used_cpu_user:", "used_cpu_sys:"].map { name in
            let start = try #require(text.firstRange(of: name)?.upperBound)
            return try #require(Double(text[start...].prefix { $0.isNumber || $0 == "." }))
        }
        return Int(seconds.reduce(0, +) * 1_000_000)
    }

    private func memory(_ harness: JobTestHarness) async throws -> Int {
        try await figure("used_memory:", of: "memory", harness)
    }

    /// What clients sent: scripts call commands too, which is no traffic.
    private func commands(_ harness: JobTestHarness) async throws -> Int {
        var sum = 0
        for name in ["evalsha", "eval", "blmove", "ping"] {
            sum += try await figure("cmdstat_\(name):calls=", of: "commandstats", harness)
        }
        return sum
    }

    private func figure(_ name: String, of section: RedisArgument, _ harness: JobTestHarness) async throws -> Int {
        let text = try await harness.redis.command(["INFO", section]).text ?? ""
        guard let start = text.firstRange(of: name)?.upperBound else { return 0 }
        return Int(text[start...].prefix { $0.isNumber }) ?? 0
    }
}
