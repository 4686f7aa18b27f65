import Foundation

/// How large the large tests are. `make conformance` runs them at the size that was promised; `make test`, which must not
/// take longer than people wait, at a part of it.
package enum FullSize {
    private static let isWanted = ProcessInfo.processInfo.environment["JOBS_AT_FULL_SIZE"] == "yes"

    /// Jobs that one job makes.
    package static let children = isWanted ? 100_000 : 10_000
    /// Jobs that wait.
    package static let queued = isWanted ? 1_000_000 : 500_000
    /// People who hear of one thing.
    package static let recipients = isWanted ? 100_000 : 12_000
    /// How much longer the tests may take.
    package static let patience = isWanted ? 10 : 1
}
