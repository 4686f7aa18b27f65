import Domain
import Postgres
import Redis

extension QueueInspector {
    /// Makes dead and cancelled jobs ready again, as if none of their attempts had been. A unique key they had is not
    /// taken again.
    package func revive(_ names: [String]) async throws -> JobOutcomes {
        var outcomes = JobOutcomes(names)
        let revived = try await WaitingJob.all(outbox.database.write(Self.revive, [.ids(outcomes.openIDs)]))
        await push(revived)
        outcomes.note(.done, of: revived.map(\.id.description))
        for (id, row) in try await outbox.states(of: outcomes.openIDs) {
            outcomes.note(.refused(place: row.state), of: [id.description])
        }
        for name in outcomes.open {
            if let trail = try await trail(of: name, in: QueueName.allCases) {
                outcomes.note(try await revive(trail, name), of: [name])
            }
        }
        return outcomes
    }

    private func revive(_ trail: JobHistory, _ name: String) async throws(RedisError) -> JobOutcome {
        guard trail.place == "dead" else { return .refused(place: trail.place) }
        guard let envelope = trail.envelope else { return .refused(place: "dead and cannot be read") }
        return try await revive([envelope], of: trail.queue) == 1 ? .done : .refused(place: "no longer dead")
    }

    /// Makes all jobs of a queue ready again that are dead, or cancelled, now. A thousand at a time; jobs that die again
    /// meanwhile are left alone.
    /// - Parameter progress: Told how many are ready, and of how many.
    /// - Returns: How many are ready.
    package func reviveAll(
        of queue: QueueName, _ state: JobState = .dead, progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> Int {
        precondition(state == .dead || state == .cancelled, "nothing else can be revived")
        let (count, before) = try await outbox.count(state, of: queue)
        let total = count + (state == .dead ? try await graves(of: queue) : 0)
        let values: [PostgresValue] = [.text(queue.rawValue), .text(state.rawValue), before, .integer(Self.step)]
        var revived = 0
        while true {
            progress(revived, total)
            let jobs = try await WaitingJob.all(outbox.database.write(Self.reviveSome, values))
            await push(jobs)
            revived += jobs.count
            if jobs.count < Self.step { break }
        }
        if state == .dead { revived += try await reviveGraves(of: queue) { progress(revived + $0, total) } }
        progress(revived, total)
        return revived
    }

    private static let revive = Statement(
        "inspect_revive",
        """
        WITH revived AS (
            UPDATE outbox
            SET state = 'queued', attempt = 0, run_at = now(), error = NULL, ended_at = NULL, keep_until = NULL,
                history = with_event(history, 'revived', attempt, NULL)
            WHERE id = ANY($1::uuid[]) AND state IN ('dead', 'cancelled')
            RETURNING outbox
        )
        SELECT job.* FROM revived, waiting_job(revived.outbox) AS job
        """)

    /// The oldest first; what an old version buried has no time.
    private static let reviveSome = Statement(
        "inspect_revive_some",
        """
        WITH chosen AS (
            SELECT id FROM outbox
            WHERE state = $2 AND queue = $1 AND (ended_at <= $3 OR ended_at IS NULL)
            ORDER BY ended_at
            LIMIT $4
            FOR UPDATE SKIP LOCKED
        ), revived AS (
            UPDATE outbox
            SET state = 'queued', attempt = 0, run_at = now(), error = NULL, ended_at = NULL, keep_until = NULL,
                history = with_event(history, 'revived', attempt, NULL)
            FROM chosen
            WHERE outbox.id = chosen.id
            RETURNING outbox
        )
        SELECT job.* FROM revived, waiting_job(revived.outbox) AS job
        """)
}
