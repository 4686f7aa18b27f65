import JobProbing
import Jobs
import Postgres
import TestSupport
import Testing

@Suite("Fan-out", .database)
struct FanOutTests {
    @Test(arguments: [FullSize.children])
    func `children with random failures and kills, completion exactly once`(count: Int) async throws {
        try await JobTestHarness.open { harness in
            var fan = ProbeFan(0, children: count)
            fan.failures = 2
            fan.deathMark = harness.path("mark")
            var probes = [try await harness.probe(slots: 32), try await harness.probe(slots: 32)]
            try await harness.probe(.sweeper)
            try await harness.enqueueFan(fan)
            for share in [count / 100, count * 3 / 10, count * 6 / 10] {
                try await eventually("some children have ended", within: 30 * FullSize.timeoutFactor) {
                    harness.count(.end) >= share
                }
                await probes.removeFirst().kill()
                probes.append(try await harness.probe(slots: 32))
            }
            try await harness.untilDone(within: 60 * FullSize.timeoutFactor)
            // Number 0 is the one that waits for the others.
            try await harness.expectEffects(0..<count + 1)
            var row = try await harness.database.read(Self.last, [])[0]
            #expect(try row.int() == 0)
            try await harness.expectNothingLeft()
        }
    }

    private static let last = Statement("test_last", "SELECT number FROM effects ORDER BY at DESC LIMIT 1")
}
