import Domain
import Postgres
import Redis

extension QueueInspector {
    /// Deletes jobs in any state, with their rows.
    package func delete(_ names: [String]) async throws -> JobOutcomes {
        var outcomes = JobOutcomes(names)
        let deleted = try await Outbox.changed(outbox.database.write(Self.delete, [.ids(outcomes.openIDs)]))
        outcomes.record(.done, of: deleted.map(\.id.description))
        outcomes.record(.interrupting, of: try await clean(deleted))
        for queue in QueueName.allCases {
            for name in outcomes.open where try await removeDeadLetters([name], of: queue) == 1 {
                outcomes.record(.done, of: [name])
            }
        }
        try await removeEphemeral(&outcomes)
        return outcomes
    }

    /// Deletes all jobs of a queue that are in a state now, a thousand at a time. Running jobs can only be deleted by
    /// id.
    /// - Parameter progress: Called with the number of deleted jobs, and the total.
    /// - Returns: How many were deleted.
    package func deleteAll(
        of queue: QueueName, _ state: JobState, progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> Int {
        precondition(state != .running, "running jobs can only be deleted by id")
        let (total, before) = try await outbox.count(state, of: queue)
        var gone = try await deleteRows(of: queue, state, before: before) { progress($0, max(total, $0)) }
        gone += try await deleteInRedis(of: queue, state) { progress(gone + $0, max(total, gone + $0)) }
        progress(gone, max(total, gone))
        return gone
    }

    /// Deletes the rows of a queue in a state, a thousand at a time.
    /// - Parameters:
    ///   - group: The name of a ``DeadJobGroup``; nil for all.
    ///   - before: Only those that had ended, or were enqueued, then; nil for now.
    func deleteRows(
        of queue: QueueName, _ state: JobState, group: String? = nil, before: PostgresValue? = nil,
        progress: (Int) -> Void
    ) async throws -> Int {
        let before = if let before { before } else { try await outbox.count(state, of: queue).before }
        var gone = 0
        while true {
            progress(gone)
            let deleted = try await Outbox.changed(deleteSome(of: queue, state, before, group))
            _ = try await clean(deleted)
            gone += deleted.count
            if deleted.count < Self.step { return gone }
        }
    }

    private func deleteSome(
        of queue: QueueName, _ state: JobState, _ before: PostgresValue, _ group: String?
    ) async throws -> Rows {
        if state.isEnd || state == .waiting {
            return try await outbox.database.write(
                Self.deleteKept,
                [
                    .text(queue.rawValue), .text(state.rawValue), before, .integer(Self.step),
                    group.map { .text($0) } ?? .null,
                ])
        }
        let running = try await inRedis(queue, .running, Self.step, false).compactMap { JobID($0.id) }
        return try await outbox.database.write(
            Self.deleteQueued,
            [.text(queue.rawValue), .boolean(state == .delayed), before, .ids(running), .integer(Self.step)])
    }

    /// Deletes jobs without a row.
    private func deleteInRedis(
        of queue: QueueName, _ state: JobState, progress: (Int) -> Void
    ) async throws(RedisError) -> Int {
        guard [.queued, .delayed, .dead].contains(state) else { return 0 }
        var gone = 0
        while true {
            let names = try await inRedis(queue, state, Self.step, false).map(\.id)
            guard !names.isEmpty else { return gone }
            let new =
                state == .dead
                ? try await removeDeadLetters(names, of: queue)
                : try await remove(names, of: queue.rawValue, hasRows: false).gone.count
            // The rest is in a list that is too long to search.
            guard new > 0 else { return gone }
            gone += new
            progress(gone)
        }
    }

    /// After rows were deleted: removes the jobs from Redis, and completes batches that waited for them.
    /// - Returns: Those that run.
    private func clean(_ deleted: [Outbox.Changed]) async throws -> [String] {
        var running: [String] = []
        for (queue, jobs) in Dictionary(grouping: deleted, by: \.queue) {
            running += try await remove(jobs.map(\.id.description), of: queue, hasRows: true).running
        }
        try await complete(Set(deleted.compactMap(\.batch)))
        return running
    }

    private static let delete = Statement(
        "inspect_delete", "DELETE FROM outbox WHERE id = ANY($1::uuid[]) RETURNING id, queue, batch_id")
    private static let deleteKept = Statement(
        "inspect_delete_kept",
        """
        DELETE FROM outbox WHERE id IN (
            SELECT id FROM outbox
            WHERE state = $2 AND queue = $1 AND (ended_at <= $3 OR ended_at IS NULL)
              AND ($5::text IS NULL OR job_group(queue, kind, error) = $5)
            ORDER BY ended_at
            LIMIT $4
            FOR UPDATE SKIP LOCKED
        )
        RETURNING id, queue, batch_id
        """)
    private static let deleteQueued = Statement(
        "inspect_delete_queued",
        """
        DELETE FROM outbox WHERE id IN (
            SELECT id FROM outbox
            WHERE state = 'queued' AND queue = $1 AND (run_at > now()) = $2 AND created_at <= $3
              AND id <> ALL ($4::uuid[])
            ORDER BY run_at, id
            LIMIT $5
            FOR UPDATE SKIP LOCKED
        )
        RETURNING id, queue, batch_id
        """)
}
