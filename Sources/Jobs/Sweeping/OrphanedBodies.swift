import Domain
import Postgres
import Redis

/// Removes what Redis keeps of durable jobs that are over: when it lost the end of its file, it may know of a push and not
/// of the end. A page of each queue at a time, on and on.
///
/// `@unchecked Sendable`: loop-confined, one run at a time.
final class OrphanedBodies: @unchecked Sendable {
    private let outbox: Outbox
    private let redis: Redis
    private var cursors: [String: String] = [:]

    init(_ outbox: Outbox, _ redis: Redis) {
        self.outbox = outbox
        self.redis = redis
    }

    /// Looks at the next page of a queue.
    func look(in queue: String) async throws {
        let keys = QueueKeys(queue, in: redis)
        let page = try await redis.command([
            "HSCAN", RedisArgument(keys.jobs), RedisArgument(cursors[queue] ?? "0"), "COUNT", 100,
        ]).array
        cursors[queue] = page?.first?.text
        let fields = page?.last?.array ?? []
        let known = stride(from: 0, to: fields.count - 1, by: 2).compactMap { index -> JobID? in
            guard let id = fields[index].text.flatMap({ JobID($0) }), let json = fields[index + 1].bytes,
                let envelope = Envelope(json: json), !envelope.isEphemeral
            else { return nil }
            return id
        }
        // A body is never there before its row.
        let queued = known.isEmpty ? [:] : try await outbox.queued(among: known)
        let over = known.filter { queued[$0] == nil }
        guard !over.isEmpty else { return }
        _ = try await redis.run(QueueScripts.forget, of: keys, over.map { RedisArgument($0.description) })
    }
}
