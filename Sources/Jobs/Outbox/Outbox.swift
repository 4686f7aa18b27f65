package import Postgres
package import Social

/// The rows behind durable jobs. Loop-confined, like its database.
package struct Outbox: Sendable {
    /// A row that waits.
    package struct Waiting: Sendable {
        package let job: PromisedJob
        package let attempt: Int
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Which of these jobs are still to be done; the others are done, cancelled or dead.
    func waiting(among jobs: [JobID]) async throws(PostgresError) -> Set<JobID> {
        let rows = try await database.read(Self.among, [.uuids(jobs.map { ($0.identifier.high, $0.identifier.low) })])
        var found: Set<JobID> = []
        for index in 0..<rows.count {
            var row = rows[index]
            let (high, low) = try row.uuid()
            found.insert(JobID(Identifier(high: high, low: low)))
        }
        return found
    }

    private static let among = Statement(
        "outbox_among", "SELECT id FROM outbox WHERE id = ANY($1::uuid[]) AND state = 'queued'")

    /// These are done.
    func remove(_ jobs: [JobID]) async throws(PostgresError) {
        _ = try await database.write(Self.remove, [.uuids(jobs.map { ($0.identifier.high, $0.identifier.low) })])
    }

    private static let remove = Statement("outbox_remove", "DELETE FROM outbox WHERE id = ANY($1::uuid[])")

    /// An attempt failed; the next is after the delay.
    func retry(_ job: JobID, attempt: Int, milliseconds: Int, error: String) async throws(PostgresError) {
        _ = try await database.write(
            Self.retry, [.id(job), .integer(attempt), .integer(milliseconds), .text(String(error.prefix(2_000)))])
    }

    private static let retry = Statement(
        "outbox_retry",
        """
        UPDATE outbox
        SET attempt = $2, run_at = now() + $3 * interval '1 millisecond', error = $4
        WHERE id = $1 AND state = 'queued'
        """)

    /// Nobody will try again until somebody revives it.
    func bury(_ job: JobID, attempt: Int, error: String) async throws(PostgresError) {
        _ = try await database.write(Self.bury, [.id(job), .integer(attempt), .text(String(error.prefix(2_000)))])
    }

    private static let bury = Statement(
        "outbox_bury", "UPDATE outbox SET state = 'dead', attempt = $2, error = $3 WHERE id = $1")

    /// Jobs that are due for some seconds, in order of their ids, a page at a time.
    /// - Parameters:
    ///   - seconds: Younger ones are probably being pushed right now.
    ///   - last: Where the page before ended; nil for the first.
    package func due(
        forSeconds seconds: Int, after last: JobID?, limit: Int
    ) async throws(PostgresError) -> [Waiting] {
        let first = Identifier(high: 0, low: 0)
        let rows = try await database.read(
            Self.due, [.integer(seconds), .id(last ?? JobID(first)), .integer(limit)])
        var page: [Waiting] = []
        for index in 0..<rows.count {
            var row = rows[index]
            let (high, low) = try row.uuid()
            let job = PromisedJob(
                id: JobID(Identifier(high: high, low: low)), queue: try row.text(), kind: try row.text(),
                payload: try row.json(), trace: try row.optionalText())
            page.append(Waiting(job: job, attempt: try row.int()))
        }
        return page
    }

    private static let due = Statement(
        "outbox_due",
        """
        SELECT id, queue, kind, payload, trace, attempt
        FROM outbox
        WHERE state = 'queued' AND run_at < now() - $1 * interval '1 second' AND id > $2
        ORDER BY id
        LIMIT $3
        """)
}

extension PostgresValue {
    fileprivate static func id(_ id: JobID) -> PostgresValue {
        .uuid(id.identifier.high, id.identifier.low)
    }
}
