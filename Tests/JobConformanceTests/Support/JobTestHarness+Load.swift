import Foundation
import JobProbing
import TestSupport
import Testing

extension JobTestHarness {
    /// Two workers and a sweeper are at two thousand jobs of all sorts, four of which take very long, when the fault comes.
    static func withLoad(on server: RedisServer, _ fault: @escaping @Sendable (JobTestHarness) async throws -> Void)
        async throws
    {
        try await JobTestHarness.open(redisAt: server.port) { yard in
            try await yard.probe(.sweeper)
            try await yard.probe(slots: 16)
            try await yard.probe(slots: 16)
            try await yard.promiseProbes(1_000_000..<1_000_004) { $0.gate = yard.path("gate") }
            try await eventually("four take long") { yard.count(.begin) == 4 }
            try await yard.promiseProbes(0..<1_500) { job in
                switch job.number % 10 {
                case 0: job.failures = job.number % 50 == 0 ? 20 : 0
                case 1:
                    job.running = 2
                    job.limitKey = "key"
                default: job.milliseconds = 10
                }
            }
            try await yard.promiseProbes(1_500..<2_000, after: .seconds(1))
            try await eventually("the work has begun") { yard.count(.end) > 100 }
            try await fault(yard)
            yard.openGate("gate")
            try await yard.untilDone(within: 40)
            #expect(try await yard.effects() == Array(0..<2_000) + Array(1_000_000..<1_000_004))
            try await yard.expectNothingLeft()
        }
    }
}
