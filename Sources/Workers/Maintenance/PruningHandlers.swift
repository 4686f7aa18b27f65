import Chassis
import Domain
import Jobs
import MediaStoring
import Storage

/// Handles ``PruneExports``, ``PruneJobs``, ``PruneSessions``, ``PruneNotifications`` and ``PruneUserEvents``, a batch
/// at a time.
struct PruningHandlers: Sendable {
    let pruning: Pruning
    let messages: MessageStore
    let events: UserEventLog
    let exports: AccountExports
    let blobs: any BlobStore
    let disk: BlockingPool
    private static let batchSize = 1_000

    /// Removes expired exports. A file is deleted after its row: if the run dies in between, the file stays until the
    /// account's next export replaces it or the account is deleted.
    @Sendable func exports(_ job: PruneExports, _ context: JobContext) async throws -> Completion {
        var removed = 0
        while true {
            try Task.checkCancellation()
            let users = try await exports.removeExpired()
            guard !users.isEmpty else { break }
            removed += users.count
            let keys = users.map { ExportBlobs.file(of: $0) }
            try await disk.run { [blobs] in for key in keys { try blobs.delete(key) } }
        }
        context.log.info("removed expired exports", ["count": .number(removed)])
        return .finished
    }

    /// Removes jobs whose retention has ended, and old scheduled runs.
    @Sendable func jobs(_ job: PruneJobs, _ context: JobContext) async throws -> Completion {
        for remove in [pruning.removeJobs, pruning.removeScheduledRuns] {
            while try await remove(Self.batchSize) == Self.batchSize { try Task.checkCancellation() }
        }
        return .finished
    }

    /// Removes notifications whose cause is gone, groups of which none is left, and changes of inboxes.
    @Sendable func notifications(_ job: PruneNotifications, _ context: JobContext) async throws -> Completion {
        var removed = 0
        var last: NotificationID?
        repeat {
            try Task.checkCancellation()
            let page = try await pruning.removeNotifications(after: last)
            removed += page.count
            last = page.last
        } while last != nil
        var lastGroup: NotificationGroupKey?
        repeat {
            try Task.checkCancellation()
            lastGroup = try await pruning.removeNotificationGroups(after: lastGroup)
        } while lastGroup != nil
        var lastReader: UserID?
        repeat {
            try Task.checkCancellation()
            lastReader = try await pruning.applyInboxChanges(after: lastReader)
        } while lastReader != nil
        context.log.info("removed hidden notifications", ["count": .number(removed)])
        return .finished
    }

    /// Removes events that no client is given any more.
    @Sendable func userEvents(_ job: PruneUserEvents, _ context: JobContext) async throws -> Completion {
        while try await events.prune(limit: Self.batchSize) == Self.batchSize { try Task.checkCancellation() }
        return .finished
    }

    /// Removes sessions that ended long ago, and expired e-mail tokens, nonces, idempotency keys and
    /// sources of logins.
    @Sendable func sessions(_ job: PruneSessions, _ context: JobContext) async throws -> Completion {
        var removed = 0
        var last: SessionID?
        repeat {
            try Task.checkCancellation()
            let page = try await pruning.removeSessions(after: last)
            removed += page.count
            last = page.last
        } while last != nil
        for remove in [
            pruning.removeEmailTokens, pruning.removeNonces, pruning.removeLoginSources, messages.removeOldKeys,
        ] {
            while try await remove(Self.batchSize) == Self.batchSize { try Task.checkCancellation() }
        }
        context.log.info("removed old sessions", ["count": .number(removed)])
        return .finished
    }
}
