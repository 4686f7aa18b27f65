import Jobs
import Testing

@Suite("Waiting between attempts")
struct BackoffTests {
    @Test(arguments: [(1, 1_000), (2, 2_000), (5, 16_000), (10, 512_000), (11, 600_000), (60, 600_000)])
    func `grows twofold up to ten minutes`(attempt: Int, ceiling: Int) {
        #expect(Backoff.delay(after: attempt) { $0.upperBound } == ceiling)
    }

    @Test func `is never below a tenth of a second`() {
        #expect(Backoff.delay(after: 3) { $0.lowerBound } == 100)
    }

    @Test func `is spread over the whole range`() {
        let delays = (0..<2_000).map { _ in Backoff.delay(after: 4) }
        #expect(delays.allSatisfy { (100...8_000).contains($0) })
        #expect(delays.filter { $0 < 2_000 }.count > 350)
        #expect(delays.filter { $0 > 6_000 }.count > 350)
    }
}
