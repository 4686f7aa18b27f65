import Chassis
import Domain
import Jobs
import Storage

/// Keeps the promise of ``PruneSessions``, a batch at a time: old sessions, and links and nonces that have expired.
struct PruneSessionsHandler: Sendable {
    let pruning: Pruning
    let messages: MessageStore

    @Sendable func run(_ job: PruneSessions, _ context: JobContext) async throws -> Completion {
        var removed = 0
        var last: SessionID?
        repeat {
            try Task.checkCancellation()
            let page = try await pruning.removeSessions(after: last)
            removed += page.count
            last = page.last
        } while last != nil
        let limit = 1_000
        for remove in [pruning.removeLinks, pruning.removeNonces, messages.removeOldKeys] {
            while try await remove(limit) == limit { try Task.checkCancellation() }
        }
        context.log.info("removed old sessions", ["count": .number(removed)])
        return .finished
    }
}
