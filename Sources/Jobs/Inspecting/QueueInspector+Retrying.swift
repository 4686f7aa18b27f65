import Domain
import Postgres
import Redis

extension QueueInspector {
    /// Queues dead and cancelled jobs again, with all their attempts. A unique key that they had is not taken again.
    package func retry(_ names: [String]) async throws -> JobOutcomes {
        var outcomes = JobOutcomes(names)
        let retried = try await WaitingJob.all(outbox.database.write(Self.retry, [.ids(outcomes.openIDs)]))
        await push(retried)
        outcomes.record(.done, of: retried.map(\.id.description))
        for (id, row) in try await outbox.states(of: outcomes.openIDs) {
            outcomes.record(.refused(place: row.state), of: [id.description])
        }
        for name in outcomes.open {
            if let history = try await history(of: name, in: QueueName.allCases) {
                outcomes.record(try await retry(history), of: [name])
            }
        }
        return outcomes
    }

    private func retry(_ history: JobHistory) async throws(RedisError) -> JobOutcome {
        guard history.place == "dead" else { return .refused(place: history.place) }
        guard let envelope = history.envelope else { return .refused(place: "dead and unreadable") }
        return try await retry([envelope], of: history.queue) == 1 ? .done : .refused(place: "no longer dead")
    }

    /// Queues all jobs of a queue again that are dead, or cancelled, now. A thousand at a time; jobs that are
    /// dead-lettered again meanwhile are left alone.
    /// - Parameter progress: Called with the number of queued jobs, and the total.
    /// - Returns: How many were queued.
    package func retryAll(
        of queue: QueueName, _ state: JobState = .dead, progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> Int {
        precondition(state == .dead || state == .cancelled, "only dead and cancelled jobs can be retried")
        let (count, before) = try await outbox.count(state, of: queue)
        let total = count + (state == .dead ? try await countDeadLetters(of: queue) : 0)
        var retried = try await retryRows(of: queue, state, before: before) { progress($0, total) }
        if state == .dead { retried += try await retryDeadLetters(of: queue) { progress(retried + $0, total) } }
        progress(retried, total)
        return retried
    }

    /// Queues the rows of a queue in a state again, a thousand at a time.
    /// - Parameters:
    ///   - group: The name of a ``DeadJobGroup``; nil for all.
    ///   - before: Only those that had ended then; nil for now.
    func retryRows(
        of queue: QueueName, _ state: JobState, group: String? = nil, before: PostgresValue? = nil,
        progress: (Int) -> Void
    ) async throws -> Int {
        let before = if let before { before } else { try await outbox.count(state, of: queue).before }
        let values: [PostgresValue] = [
            .text(queue.rawValue), .text(state.rawValue), before, .integer(Self.step), group.map { .text($0) } ?? .null,
        ]
        var retried = 0
        while true {
            progress(retried)
            let jobs = try await WaitingJob.all(outbox.database.write(Self.retrySome, values))
            await push(jobs)
            retried += jobs.count
            if jobs.count < Self.step { return retried }
        }
    }

    private static let retry = Statement(
        "inspect_retry",
        """
        WITH retried AS (
            UPDATE outbox
            SET state = 'queued', attempt = 0, run_at = now(), error = NULL, ended_at = NULL, keep_until = NULL,
                history = with_event(history, 'retried', attempt, NULL)
            WHERE id = ANY($1::uuid[]) AND state IN ('dead', 'cancelled')
            RETURNING outbox
        )
        SELECT job.* FROM retried, waiting_job(retried.outbox) AS job
        """)

    /// The oldest first; those that an old version dead-lettered have no time.
    private static let retrySome = Statement(
        "inspect_retry_some",
        """
        WITH chosen AS (
            SELECT id FROM outbox
            WHERE state = $2 AND queue = $1 AND (ended_at <= $3 OR ended_at IS NULL)
              AND ($5::text IS NULL OR job_group(queue, kind, error) = $5)
            ORDER BY ended_at
            LIMIT $4
            FOR UPDATE SKIP LOCKED
        ), retried AS (
            UPDATE outbox
            SET state = 'queued', attempt = 0, run_at = now(), error = NULL, ended_at = NULL, keep_until = NULL,
                history = with_event(history, 'retried', attempt, NULL)
            FROM chosen
            WHERE outbox.id = chosen.id
            RETURNING outbox
        )
        SELECT job.* FROM retried, waiting_job(retried.outbox) AS job
        """)
}
