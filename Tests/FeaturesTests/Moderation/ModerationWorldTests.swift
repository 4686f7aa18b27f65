import TestSupport
import Testing

@testable import Features

/// U-16: random reports and actions, compared with a model.
@Suite(.database) struct ModerationWorldTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `queue, outcomes, counters and audit log are what reports and actions made them`(seed: UInt64) async throws {
        try await FeatureHarness.open { features in
            var world = try await ModerationWorld(features, seed: seed)
            for _ in 0..<4 {
                for _ in 0..<40 { try await world.act() }
                try await world.verify()
            }
        }
    }
}
