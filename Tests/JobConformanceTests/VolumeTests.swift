import Chassis
import JobProbing
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Volume", .database)
struct VolumeTests {
    @Test(arguments: [FullSize.queued])
    func `many queued: the rate is that of an empty queue, and the memory is given back`(count: Int) async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { yard in
            let done = Tally()
            let handlers = [
                JobHandler(UrgentErrand.self) { errand, _ in
                    done.add(errand.number)
                    return .finished
                }
            ]
            let empty = try await memory(yard)
            let alone = try await timeToRun(3_000, done, yard) { try await yard.consume(.email, slots: 64, handlers) }
            for start in stride(from: 0, to: count, by: 5_000) {
                try await yard.producer.sendAll((start..<start + 5_000).map(DistantErrand.init))
            }
            // The same queue: what waits is in its other list.
            _ = try await yard.redis.command(["RENAME", yard.key("ready"), yard.key("ready:low", of: .email)])
            let full = try await memory(yard)
            #expect(full - empty < count * 250)
            let crowded = try await timeToRun(3_000, done, yard) {}
            #expect(crowded < alone * 3 + 500_000_000)
            _ = try await yard.redis.command(["DEL", yard.key("ready:low", of: .email)])
            #expect(try await memory(yard) - empty < 20_000_000)
        }
    }

    @Test func `10,000 in flight, acknowledge rate unchanged, and recovered within six seconds after kill -9`()
        async throws
    {
        try await JobTestHarness.open { yard in
            let probe = try await yard.probe(slots: 10_100)
            let alone = try await time { try await runProbes(0..<1_000, yard) }
            try await yard.promiseProbes(1_000..<11_000) { job in
                job.effect = .none
                job.milliseconds = 100_000
            }
            try await eventually("10,000 are in flight", within: 60) {
                guard let worker = try await yard.workers().first else { return false }
                return try await yard.integer("HLEN", yard.key("running:\(worker)")) == 10_000
            }
            let crowded = try await time { try await runProbes(11_000..<12_000, yard) }
            #expect(crowded < alone * 3 + 500_000_000)
            await probe.kill()
            // The lease is five seconds long; the rest is for a busy machine.
            try await eventually("all of them are back", within: 12) {
                _ = try await yard.rescue().reap()
                // Some that have run may not have been acknowledged.
                return try await yard.integer("LLEN", yard.key("ready:high")) >= 10_000
            }
        }
    }

    @Test func `an idle worker sends under 5 commands a second`() async throws {
        let server = try await RedisServer()
        try await JobTestHarness.open(redisAt: server.port) { yard in
            try await yard.probe()
            try await yard.loop.sleep(for: .seconds(2))
            let before = try await commands(yard)
            try await yard.loop.sleep(for: .seconds(4))
            let sent = try await commands(yard) - before
            #expect(sent > 0)
            #expect(sent < 20)
        }
    }

    @Test(arguments: [(2, true), (65_536, true), (65_537, false)])
    func `payload of 0, 64 KiB, 64 KiB + 1`(bytes: Int, fits: Bool) async throws {
        try await JobTestHarness.open { yard in
            let lengths = Tally()
            try await yard.consume(Parcel.self) { parcel, _ in
                lengths.add(parcel.bytes.count)
                return .finished
            }
            let text = bytes == 2 ? "{}" : "\"" + String(repeating: "x", count: bytes - 2) + "\""
            let parcel = Parcel(Array(text.utf8))
            guard fits else {
                #expect(throws: JobTooLarge.self) { try yard.producer.outboxJob(parcel, trace: nil) }
                return
            }
            try await yard.outboxJob([parcel])
            try await yard.untilDone()
            // From the row too.
            try await yard.outboxJob([parcel], pushing: false)
            _ = try await yard.sweep().run()
            try await eventually("both have run") { lengths.all == [bytes, bytes] }
        }
    }

    private func timeToRun(
        _ count: Int, _ done: Tally, _ yard: JobTestHarness, _ start: () async throws -> Void
    ) async throws -> UInt64 {
        let before = done.count
        return try await time {
            try await yard.producer.sendAll((0..<count).map(UrgentErrand.init))
            try await start()
            try await eventually("they have run", within: 30) { done.count == before + count }
        }
    }

    private func runProbes(_ numbers: Range<Int>, _ yard: JobTestHarness) async throws {
        try await yard.promiseProbes(numbers)
        try await eventually("they have run", within: 30) {
            try await yard.effects().count { numbers ~= $0 } == numbers.count
        }
    }

    private func time(_ work: () async throws -> Void) async throws -> UInt64 {
        let begun = monotonicNanoseconds()
        try await work()
        return monotonicNanoseconds() - begun
    }

    private func memory(_ yard: JobTestHarness) async throws -> Int {
        try await figure("used_memory:", of: "memory", yard)
    }

    /// What clients sent: scripts call commands too, which is no traffic.
    private func commands(_ yard: JobTestHarness) async throws -> Int {
        var sum = 0
        for name in ["evalsha", "eval", "blmove", "ping"] {
            sum += try await figure("cmdstat_\(name):calls=", of: "commandstats", yard)
        }
        return sum
    }

    private func figure(_ name: String, of section: RedisArgument, _ yard: JobTestHarness) async throws -> Int {
        let text = try await yard.redis.command(["INFO", section]).text ?? ""
        guard let start = text.firstRange(of: name)?.upperBound else { return 0 }
        return Int(text[start...].prefix { $0.isNumber }) ?? 0
    }
}
