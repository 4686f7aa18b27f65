import Domain
import Postgres

extension Outbox {
    /// One step of a job that works in steps: its children and how far it came, in one transaction.
    /// - Parameters:
    ///   - last: The checkpoint that this run started from.
    /// - Returns: False when the job is no longer at that point: another run is at it, or it has ended.
    func step(
        _ job: JobID, from last: String?, to next: String, children: [OutboxJob]
    ) async throws(PostgresError) -> Bool {
        let rows = try await database.write(
            Self.step,
            [.id(job), last.map { .text($0) } ?? .null, .text(next), .json(children.records)])
        return rows.count == 1
    }

    private static let step = Statement(
        "outbox_step",
        """
        WITH step AS (
            UPDATE outbox SET checkpoint = $3
            WHERE id = $1 AND coalesce(state) = 'queued' AND checkpoint IS NOT DISTINCT FROM $2
            RETURNING id
        ), children AS (
            INSERT INTO outbox SELECT job.* FROM promised_jobs($4) AS job, step
        )
        SELECT id FROM step
        """)
}
