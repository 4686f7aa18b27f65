import JobProbing
import Jobs
import Postgres
import TestSupport
import Testing

@Suite("Fan-out", .database)
struct FanOutTests {
    @Test(arguments: [FullSize.children])
    func `children with random failures and kills, completion exactly once`(count: Int) async throws {
        try await JobTestHarness.open { yard in
            var fan = ProbeFan(0, children: count)
            fan.failures = 2
            fan.deathMark = yard.path("mark")
            var probes = [try await yard.probe(slots: 32), try await yard.probe(slots: 32)]
            try await yard.probe(.sweeper)
            try await yard.promiseFan(fan)
            for share in [count / 100, count * 3 / 10, count * 6 / 10] {
                try await eventually("some children have ended", within: 30 * FullSize.patience) {
                    yard.count(.end) >= share
                }
                await probes.removeFirst().kill()
                probes.append(try await yard.probe(slots: 32))
            }
            try await yard.untilDone(within: 60 * FullSize.patience)
            // Number 0 is the one that waits for the others.
            try await yard.expectEffects(0..<count + 1)
            var row = try await yard.database.read(Self.last, [])[0]
            #expect(try row.int() == 0)
            try await yard.expectNothingLeft()
        }
    }

    private static let last = Statement("test_last", "SELECT number FROM effects ORDER BY at DESC LIMIT 1")
}
