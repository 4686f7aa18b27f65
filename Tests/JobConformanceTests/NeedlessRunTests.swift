import Chassis
import Domain
import JobProbing
import Jobs
import Redis
import TestSupport
import Testing

@Suite("No needless second run", .database)
struct NeedlessRunTests {
    @Test func `100 reapers at once give each orphan back once`() async throws {
        try await JobTestHarness.open { yard in
            try await orphan(5_000, of: "gone:1:2", in: yard)
            let moved = try await withThrowingTaskGroup(of: Int.self) { group in
                let loop = yard.loop
                let rescue = yard.rescue(.email)
                for _ in 0..<100 {
                    group.addTask { try await Task(executorPreference: loop) { try await rescue.reap() }.value }
                }
                return try await group.reduce(0, +)
            }
            #expect(moved == 5_000)
            #expect(try await yard.integer("LLEN", yard.key("ready:high", of: .email)) == 5_000)
            #expect(try await yard.integer("HLEN", yard.key("crashes", of: .email)) == 5_000)
        }
    }

    @Test func `a worker that just registered is not taken for dead`() async throws {
        try await JobTestHarness.open { yard in
            let begun = Tally()
            try await yard.consume(Chore.self) { chore, _ in
                begun.add(chore.number)
                try await yard.loop.sleep(for: .milliseconds(300))
                return .finished
            }
            try await yard.outboxJob([Chore(1)])
            try await eventually("it has begun") { begun.count == 1 }
            for _ in 0..<20 { #expect(try await yard.rescue(.email).reap() == 0) }
            try await yard.untilDone()
            #expect(begun.all == [1])
        }
    }

    @Test func `30,000 orphans do not delay fresh jobs`() async throws {
        try await JobTestHarness.open { yard in
            let fresh = Tally()
            let orphans = Tally()
            try await orphan(30_000, of: "gone:1:2", in: yard)
            try await yard.consume(HarnessJob.self, slots: 16) { errand, _ in
                (errand.number < 0 ? fresh : orphans).add(errand.number)
                return .finished
            }
            async let reaping: Void = {
                while try await yard.rescue(.email).reap() > 0 {}
            }()
            var longest: UInt64 = 0
            for number in 1...20 {
                let begun = monotonicNanoseconds()
                try yard.producer.send(HarnessJob(number: -number))
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
        try await JobTestHarness.open { yard in
            for offset in ["-2h", "+2h"] {
                try await yard.probe(
                    environment: ["LD_PRELOAD": Self.fakeTime, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"])
            }
            try await yard.promiseProbes(0..<100) { $0.failures = $0.number % 10 == 0 ? 30 : 0 }
            try await yard.promiseProbes(100..<120, after: .milliseconds(500))
            try await yard.untilDone()
            try await yard.expectEffects(0..<120)
            #expect(try await yard.integer("EXISTS", yard.key("crashes")) == 0)
            try await yard.expectNothingLeft()
        }
    }

    // The clock against the times that Redis keeps, or these against the clock: to the scripts it is the same.
    @Test(arguments: [7_200_000, -7_200_000])
    func `the clock of Redis jumps by two hours: nobody is taken for dead, and the dead are still found`(
        milliseconds: Int
    ) async throws {
        try await JobTestHarness.open { yard in
            let probes = [try await yard.probe(slots: 4), try await yard.probe(slots: 4)]
            try await yard.promiseProbes(0..<8) { $0.gate = yard.path("gate") }
            try await eventually("eight are in flight") { yard.count(.begin) == 8 }
            let jump = """
                for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
                  redis.call('ZINCRBY', KEYS[1], -ARGV[1], name)
                end
                return redis.call('SET', KEYS[2], redis.call('GET', KEYS[2]) - ARGV[1])
                """
            _ = try await yard.redis.command([
                "EVAL", RedisArgument(jump), 2, yard.key("workers"), yard.key("looked"), RedisArgument(milliseconds),
            ])
            try await yard.loop.sleep(for: .seconds(3))
            #expect(try await yard.integer("EXISTS", yard.key("crashes")) == 0)
            #expect(yard.count(.begin) == 8)
            await probes[0].kill()
            try await eventually("the living one has all", within: 15) {
                try await yard.integer("LLEN", yard.key("ready:high")) == 4
            }
            yard.openGate("gate")
            try await yard.untilDone()
            try await yard.expectEffects(0..<8)
        }
    }

    /// What a worker leaves that died with ephemeral jobs in its hands.
    private func orphan(_ count: Int, of worker: String, in yard: JobTestHarness) async throws {
        for start in stride(from: 0, to: count, by: 1_000) {
            var command: [RedisArgument] = ["HSET", yard.key("running:\(worker)", of: .email)]
            for number in start..<min(start + 1_000, count) {
                let id = JobID(unixMilliseconds: 1)
                let envelope = Envelope(
                    id: id, kind: HarnessJob.kind, trace: nil, isEphemeral: true,
                    args: Array(#"{"number":\#(number)}"#.utf8))
                command.append(RedisArgument(id.description))
                command.append(RedisArgument(envelope.json))
            }
            _ = try await yard.redis.command(command)
        }
        _ = try await yard.redis.command(["ZADD", yard.key("workers", of: .email), 1, RedisArgument(worker)])
    }
}
