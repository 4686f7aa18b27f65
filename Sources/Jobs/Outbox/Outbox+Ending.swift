import Domain
import Postgres

extension Outbox {
    /// These are done.
    /// - Returns: The batches they belonged to.
    func finish(_ jobs: [JobID]) async throws(PostgresError) -> Set<JobID> {
        try await Self.ids(database.writeTogether(Self.finish, [.ids(jobs)]))
    }

    private static let finish = Statement("outbox_finish", "SELECT batch_id FROM finish_jobs($1)")

    /// An attempt failed; the next is after the delay.
    func retry(_ job: JobID, attempt: Int, milliseconds: Int, error: String) async throws(PostgresError) {
        _ = try await database.write(
            Self.retry, [.id(job), .integer(attempt), .integer(milliseconds), .text(Self.bounded(error))])
    }

    private static let retry = Statement(
        "outbox_retry",
        """
        UPDATE outbox
        SET attempt = $2, run_at = now() + $3 * interval '1 millisecond', error = $4,
            history = with_event(history, 'failed', $2, $4)
        WHERE id = $1 AND coalesce(state) = 'queued'
        """)

    /// Not now; costs no attempt.
    func snooze(_ job: JobID, milliseconds: Int) async throws(PostgresError) {
        _ = try await database.write(Self.snooze, [.id(job), .integer(milliseconds)])
    }

    private static let snooze = Statement(
        "outbox_snooze",
        "UPDATE outbox SET run_at = now() + $2 * interval '1 millisecond' WHERE id = $1 AND coalesce(state) = 'queued'")

    /// Nobody will try again until somebody revives it. Frees its unique key.
    func bury(_ job: JobID, attempt: Int, error: String) async throws(PostgresError) {
        _ = try await database.write(Self.bury, [.id(job), .integer(attempt), .text(Self.bounded(error))])
    }

    private static let bury = Statement(
        "outbox_bury",
        """
        UPDATE outbox
        SET state = 'dead', attempt = $2, error = $3, unique_key = NULL, ended_at = now(),
            keep_until = now() + interval '30 days', history = with_event(history, 'dead', $2, $3)
        WHERE id = $1 AND coalesce(state) = 'queued'
        """)

    /// Makes the jobs ready that waited for these batches, if nothing of theirs is left. To be called when the end of a
    /// member is committed: of two that end at once, at least the later sees that it was the last.
    func complete(_ batches: some Sequence<JobID>) async throws(PostgresError) -> [WaitingJob] {
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

    /// Batches that have ended and whose last member could not say so, a thousand at most.
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

    /// PostgreSQL keeps any text but the one character it cannot hold.
    private static func bounded(_ error: String) -> String {
        String(error.prefix(2_000)).split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "␀")
    }
}
