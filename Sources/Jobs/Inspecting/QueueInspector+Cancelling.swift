import Domain
import Postgres
import Redis

extension QueueInspector {
    /// Cancels jobs: queued ones do not run, running ones are interrupted. Their rows are kept for a day.
    package func cancel(_ names: [String]) async throws -> JobOutcomes {
        var outcomes = JobOutcomes(names)
        let changed = try await Outbox.changed(outbox.database.write(Self.cancel, [.ids(outcomes.openIDs)]))
        outcomes.record(.done, of: changed.map(\.id.description))
        var queues = Dictionary(grouping: changed, by: \.queue).mapValues { $0.map(\.id) }
        for (id, row) in try await outbox.states(of: outcomes.openIDs) {
            if row.state == "cancelled" {
                // Again: Redis may have been unavailable the first time.
                outcomes.record(.done, of: [id.description])
                queues[row.queue, default: []].append(id)
            } else {
                outcomes.record(.refused(place: row.state), of: [id.description])
            }
        }
        for (queue, ids) in queues {
            let running = try await remove(ids.map(\.description), of: queue, hasRows: true).running
            outcomes.record(.interrupting, of: running)
        }
        try await complete(Set(changed.compactMap(\.batch)))
        try await removeEphemeral(&outcomes)
        for name in outcomes.open where try await history(of: name, in: QueueName.allCases)?.place == "dead" {
            outcomes.record(.refused(place: "dead"), of: [name])
        }
        return outcomes
    }

    /// Removes jobs without a row from every queue.
    func removeEphemeral(_ outcomes: inout JobOutcomes) async throws(RedisError) {
        for queue in QueueName.allCases where !outcomes.open.isEmpty {
            let removed = try await remove(outcomes.open, of: queue.rawValue, hasRows: false)
            outcomes.record(.done, of: removed.gone)
            outcomes.record(.interrupting, of: removed.running)
        }
    }

    /// Removes jobs from Redis and interrupts those that run.
    func remove(
        _ names: [String], of queue: String, hasRows: Bool
    ) async throws(RedisError) -> (gone: [String], running: [String]) {
        var gone: [String] = []
        var running: [String] = []
        for start in stride(from: 0, to: names.count, by: Self.step) {
            let names = names[start..<min(start + Self.step, names.count)]
            let reply = try await redis.run(
                QueueScripts.cancel, of: QueueKeys(queue, in: redis),
                [hasRows ? 1 : 0] + names.map { RedisArgument($0) })
            for (name, code) in zip(names, reply.array ?? []) {
                switch code.integer {
                case 1, 3: gone.append(name)
                case 2: running.append(name)
                default: break
                }
            }
        }
        return (gone, running)
    }

    private static let cancel = Statement(
        "inspect_cancel",
        """
        UPDATE outbox
        SET state = 'cancelled', unique_key = NULL, ended_at = now(), keep_until = now() + interval '1 day',
            history = with_event(history, 'cancelled', attempt, NULL)
        WHERE id = ANY($1::uuid[]) AND state IN ('queued', 'waiting')
        RETURNING id, queue, batch_id
        """)
}
