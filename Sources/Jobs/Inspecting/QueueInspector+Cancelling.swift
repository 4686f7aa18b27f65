import Domain
import Postgres
import Redis

extension QueueInspector {
    /// Jobs that shall not run, or not go on. Their rows are kept for a day.
    package func cancel(_ names: [String]) async throws -> JobOutcomes {
        var outcomes = JobOutcomes(names)
        let changed = try await Outbox.changed(outbox.database.write(Self.cancel, [.ids(outcomes.openIDs)]))
        outcomes.note(.done, of: changed.map(\.id.description))
        var queues = Dictionary(grouping: changed, by: \.queue).mapValues { $0.map(\.id) }
        for (id, row) in try await outbox.states(of: outcomes.openIDs) {
            if row.state == "cancelled" {
                // Once more: Redis may not have heard of it the first time.
                outcomes.note(.done, of: [id.description])
                queues[row.queue, default: []].append(id)
            } else {
                outcomes.note(.refused(place: row.state), of: [id.description])
            }
        }
        for (queue, ids) in queues {
            let running = try await takeAway(ids.map(\.description), of: queue, hasRows: true).running
            outcomes.note(.interrupting, of: running)
        }
        try await complete(Set(changed.compactMap(\.batch)))
        try await takeAwayEphemeral(&outcomes)
        for name in outcomes.open where try await trail(of: name, in: QueueName.allCases)?.place == "dead" {
            outcomes.note(.refused(place: "dead"), of: [name])
        }
        return outcomes
    }

    /// What has no row, in any queue.
    func takeAwayEphemeral(_ outcomes: inout JobOutcomes) async throws(RedisError) {
        for queue in QueueName.allCases where !outcomes.open.isEmpty {
            let taken = try await takeAway(outcomes.open, of: queue.rawValue, hasRows: false)
            outcomes.note(.done, of: taken.gone)
            outcomes.note(.interrupting, of: taken.running)
        }
    }

    /// Makes Redis forget jobs, and has those interrupted that run.
    func takeAway(
        _ names: [String], of queue: String, hasRows: Bool
    ) async throws(RedisError) -> (gone: [String], running: [String]) {
        var gone: [String] = []
        var running: [String] = []
        for start in stride(from: 0, to: names.count, by: Self.step) {
            let names = names[start..<min(start + Self.step, names.count)]
            let answer = try await redis.run(
                QueueScripts.cancel, of: QueueKeys(queue, in: redis),
                [hasRows ? 1 : 0] + names.map { RedisArgument($0) })
            for (name, code) in zip(names, answer.array ?? []) {
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
