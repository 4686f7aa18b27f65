import Foundation

/// The sizes of large tests. `make conformance` runs them at the required size, `make test` at a part of it, to stay
/// short.
package enum FullSize {
    private static let isWanted = ProcessInfo.processInfo.environment["JOBS_AT_FULL_SIZE"] == "yes"

    /// Jobs that one job enqueues.
    package static let children = isWanted ? 100_000 : 10_000
    /// Jobs in a queue.
    package static let queued = isWanted ? 1_000_000 : 500_000
    /// Users who receive one announcement.
    package static let recipients = isWanted ? 100_000 : 12_000
    /// Requests that no client should send.
    package static let fuzzedRequests = isWanted ? 400_000 : 4_000
    /// Commands that race each other while processes are killed.
    package static let races = isWanted ? 20_000 : 2_000
    /// Operations of a storm on SocialPlay, and who does them.
    package static let stormOperations = isWanted ? 1_000_000 : 10_000
    package static let stormUsers = isWanted ? 200 : 40
    /// How often each kind of process is killed meanwhile.
    package static let stormRounds = isWanted ? 15 : 2
    /// Whether PostgreSQL's processes are killed too, on a server of the test's own.
    package static let hasStormOnDatabase = isWanted
    /// The size of an uploaded track, in bytes.
    package static let track = isWanted ? 200 << 20 : 4 << 20
    /// The size of a track that the clients of `sdk` upload without holding it in memory, in bytes.
    package static let clientTrack = isWanted ? 199_000_000 : 80_000_000
    /// What each of the writers does in the race of timelines.
    package static let timelineSteps = isWanted ? 6_000 : 400
    /// How much longer the tests may take.
    package static let timeoutFactor = isWanted ? 10 : 1
}
