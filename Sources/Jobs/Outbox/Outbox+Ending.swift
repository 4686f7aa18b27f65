package import Domain
package import Postgres

extension Outbox {
    /// Ends jobs as done.
    /// - Returns: The batches they belonged to.
    package func finish(_ jobs: [JobID]) async throws(PostgresError) -> Set<JobID> {
        try await Self.ids(database.writeTogether(Self.finish, [.ids(jobs)]))
    }

    private static let finish = Statement("outbox_finish", "SELECT batch_id FROM finish_jobs($1)")

    /// Records a failed attempt; the next one is due after the delay.
    func reschedule(_ job: JobID, attempt: Int, milliseconds: Int, error: String) async throws(PostgresError) {
        _ = try await database.write(
            Self.reschedule, [.id(job), .integer(attempt), .integer(milliseconds), .text(Self.bounded(error))])
    }

    private static let reschedule = Statement(
        "outbox_reschedule",
        """
        UPDATE outbox
        SET attempt = $2, run_at = now() + $3 * interval '1 millisecond', error = $4,
            history = with_event(history, 'failed', $2, $4)
        WHERE id = $1 AND coalesce(state) = 'queued'
        """)

    /// Delays a job without counting an attempt.
    func snooze(_ job: JobID, milliseconds: Int) async throws(PostgresError) {
        _ = try await database.write(Self.snooze, [.id(job), .integer(milliseconds)])
    }

    private static let snooze = Statement(
        "outbox_snooze",
        "UPDATE outbox SET run_at = now() + $2 * interval '1 millisecond' WHERE id = $1 AND coalesce(state) = 'queued'")

    /// Delays a job without counting an attempt, and keeps why.
    func postpone(_ job: JobID, milliseconds: Int, error: String) async throws(PostgresError) {
        _ = try await database.write(
            Self.postpone, [.id(job), .integer(milliseconds), .text(Self.bounded(error))])
    }

    private static let postpone = Statement(
        "outbox_postpone",
        """
        UPDATE outbox SET run_at = now() + $2 * interval '1 millisecond', error = $3
        WHERE id = $1 AND coalesce(state) = 'queued'
        """)

    /// Dead-letters a job and releases its unique key. An operator can retry it.
    func deadLetter(_ job: JobID, attempt: Int, error: String) async throws(PostgresError) {
        _ = try await database.write(Self.deadLetter, [.id(job), .integer(attempt), .text(Self.bounded(error))])
    }

    private static let deadLetter = Statement(
        "outbox_dead_letter",
        """
        UPDATE outbox
        SET state = 'dead', attempt = $2, error = $3, unique_key = NULL, ended_at = now(),
            keep_until = now() + interval '30 days', history = with_event(history, 'dead', $2, $3)
        WHERE id = $1 AND coalesce(state) = 'queued'
        """)

    /// Queues the completion jobs of these batches that have no unfinished member. To be called after the end of a
    /// member is committed: of two that end at the same time, at least the later sees that it was the last.
    package func complete(_ batches: some Sequence<JobID>) async throws(PostgresError) -> [WaitingJob] {
        try await WaitingJob.all(database.write(Self.completeBatches, [.ids(batches)]))
    }

    private static let completeBatches = Statement(
        "outbox_complete",
        """
        WITH complete AS (
            UPDATE outbox SET state = 'queued', run_at = now()
            WHERE id = ANY($1::uuid[]) AND state = 'waiting' AND NOT EXISTS (
                SELECT FROM outbox AS member
                WHERE member.batch_id = outbox.id AND member.state IN ('queued', 'waiting'))
            RETURNING outbox
        )
        SELECT job.* FROM complete, waiting_job(complete.outbox) AS job
        """)

    /// Completes batches whose last member ended without completing them, a thousand at most.
    func completeForgotten() async throws(PostgresError) -> [WaitingJob] {
        let forgotten = try await Self.ids(database.read(Self.forgotten, []))
        return forgotten.isEmpty ? [] : try await complete(forgotten)
    }

    private static let forgotten = Statement(
        "outbox_forgotten",
        """
        SELECT id FROM outbox
        WHERE state = 'waiting' AND NOT EXISTS (
            SELECT FROM outbox AS member WHERE member.batch_id = outbox.id AND member.state IN ('queued', 'waiting'))
        LIMIT 1000
        """)

    /// Returns a text that PostgreSQL can store: bounded, without NUL.
    private static func bounded(_ error: String) -> String {
        String(error.prefix(2_000)).split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "␀")
    }
}
