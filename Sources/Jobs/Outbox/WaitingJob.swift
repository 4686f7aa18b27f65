package import Domain
import Postgres

/// A queued job, read from its row: everything that Redis needs to run it.
package struct WaitingJob: Sendable {
    package let id: JobID
    let queue: String
    package let envelope: Envelope
    /// Milliseconds until it is due.
    let delay: Int
    let limits: String?

    /// - Parameter row: A result of the SQL function `waiting_job`.
    init(_ row: inout Row) throws(PostgresError) {
        id = JobID(try row.uuid())
        queue = try row.text()
        let kind = try row.text()
        let payload = try row.json()
        let trace = try row.optionalText()
        let attempt = try row.int()
        let priority = Priority(number: try row.int())
        limits = try row.optionalText()
        let batch = try row.optionalUUID().map { JobID($0) }
        delay = try row.int()
        envelope = Envelope(
            id: id, kind: kind, attempt: attempt, trace: trace, enqueuedAt: try row.int(), priority: priority,
            batch: batch, args: payload)
    }

    static func all(_ rows: Rows) throws(PostgresError) -> [WaitingJob] {
        var jobs: [WaitingJob] = []
        for index in 0..<rows.count {
            var row = rows[index]
            jobs.append(try WaitingJob(&row))
        }
        return jobs
    }
}

extension JobID {
    init(_ uuid: (UInt64, UInt64)) {
        self.init(Identifier(high: uuid.0, low: uuid.1))
    }
}

extension PostgresValue {
    static func id(_ id: JobID) -> PostgresValue { .uuid(id.identifier.high, id.identifier.low) }
    static func ids(_ ids: some Sequence<JobID>) -> PostgresValue {
        .uuids(ids.map { ($0.identifier.high, $0.identifier.low) })
    }
}
