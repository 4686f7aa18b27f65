import Foundation

/// How large the large tests are. `make conformance` runs them at the size that was promised; `make test`, which must not
/// take longer than people wait, at a part of it.
enum FullSize {
    private static let isWanted = ProcessInfo.processInfo.environment["JOBS_AT_FULL_SIZE"] == "yes"

    static let children = isWanted ? 100_000 : 10_000
    static let queued = isWanted ? 1_000_000 : 500_000
    /// How much longer the tests may take.
    static let patience = isWanted ? 10 : 1
}
