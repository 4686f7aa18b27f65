package import Chassis
package import Domain
import Postgres

/// The outbox row of one job.
package struct JobRow: Sendable {
    package let queue: String
    package let kind: String
    /// `queued` also while it runs or is delayed.
    package let state: String
    package let priority: Int
    package let attempt: Int
    package let error: String?
    /// JSON.
    package let payload: [UInt8]
    package let trace: String?
    package let uniqueKey: String?
    package let batch: JobID?
    package let checkpoint: String?
    /// JSON.
    package let limits: String?
    package let createdAt: Timestamp
    package let runAt: Timestamp
    package let endedAt: Timestamp?
    package let keepUntil: Timestamp?
    /// A JSON array of {"at", "attempt", "event", "error"}, the oldest first.
    package let history: [UInt8]

    /// - Parameter row: A result of ``statement``.
    init(_ row: inout Row) throws(PostgresError) {
        queue = try row.text()
        kind = try row.text()
        state = try row.text()
        priority = try row.int()
        attempt = try row.int()
        error = try row.optionalText()
        payload = try row.json()
        trace = try row.optionalText()
        uniqueKey = try row.optionalText()
        batch = try row.optionalUUID().map { JobID($0) }
        checkpoint = try row.optionalText()
        limits = try row.optionalText()
        createdAt = try row.timestamp()
        runAt = try row.timestamp()
        endedAt = try row.optionalTimestamp()
        keepUntil = try row.optionalTimestamp()
        history = try row.json()
    }

    static let statement = Statement(
        "inspect_job",
        """
        SELECT queue, kind, state, priority, attempt, error, payload, trace, unique_key, batch_id, checkpoint, limits,
               created_at, run_at, ended_at, keep_until, history
        FROM outbox WHERE id = $1
        """)
}
