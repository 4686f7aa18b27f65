import Chassis
import Jobs
import Social
import Storage

/// Keeps the promise of ``PruneSessions``, a batch at a time.
struct PruneSessionsWork: Sendable {
    let pruning: Pruning

    @Sendable func run(_ job: PruneSessions, _ context: JobContext) async throws -> Completion {
        var removed = 0
        var last: SessionID?
        repeat {
            try Task.checkCancellation()
            let page = try await pruning.removeSessions(after: last)
            removed += page.count
            last = page.last
        } while last != nil
        context.log.info("removed old sessions", ["count": .number(removed)])
        return .finished
    }
}
