import Jobs
import Storage

/// Expires the presence sessions of users who stopped sending heartbeats.
enum PresencePool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let expire = ExpirePresenceHandler(
            presence: PresenceStore(context.redis), lastSeen: LastSeen(context.database),
            sessions: SessionStore(context.database))
        return [JobHandler(ExpirePresence.self, expire.run)]
    }
}
