import Jobs
import Storage

/// Handles ``PruneEvents``, a batch at a time.
struct PruneEventsHandler: Sendable {
    let events: EventStore
    private static let batchSize = 1_000

    @Sendable func run(_ job: PruneEvents, _ context: JobContext) async throws -> Completion {
        while try await events.prune(limit: Self.batchSize) == Self.batchSize { try Task.checkCancellation() }
        return .finished
    }
}
