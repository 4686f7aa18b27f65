package import Domain
package import Postgres

/// The rows behind durable jobs. Loop-confined, like its database.
package struct Outbox: Sendable {
    /// What the row of a queued job adds to its envelope.
    package struct Progress {
        package let attempt: Int
        package let checkpoint: String?
        /// The time since it was enqueued, by PostgreSQL's clock.
        let ageSeconds: Int
    }

    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Inserts jobs that have no other cause than this call, in one transaction.
    /// - Returns: The new ones; a job whose unique key is taken is not among them.
    package func add(_ jobs: [OutboxJob]) async throws(PostgresError) -> [OutboxJob] {
        guard !jobs.isEmpty else { return [] }
        let statement = jobs.contains(where: \.isUnique) ? Self.addUnique : Self.add
        let new = try await Self.ids(database.writeTogether(statement, [.json(jobs.records)]))
        return new.count == jobs.count ? jobs : jobs.filter { new.contains($0.id) }
    }

    private static let add = Statement(
        "outbox_add", "INSERT INTO outbox SELECT * FROM outbox_rows($1) ON CONFLICT DO NOTHING RETURNING id")
    private static let addUnique = Statement(
        "outbox_add_unique",
        "INSERT INTO outbox SELECT * FROM unique_outbox_rows($1) ON CONFLICT DO NOTHING RETURNING id")

    /// Returns which of these jobs are still to be done; the others are done, cancelled or dead.
    package func queued(among jobs: some Sequence<JobID>) async throws(PostgresError) -> [JobID: Progress] {
        let rows = try await database.read(Self.queued, [.ids(jobs)])
        var found: [JobID: Progress] = [:]
        found.reserveCapacity(rows.count)
        for index in 0..<rows.count {
            var row = rows[index]
            let id = JobID(try row.uuid())
            found[id] = Progress(
                attempt: try row.int(), checkpoint: try row.optionalText(), ageSeconds: try row.int())
        }
        return found
    }

    private static let queued = Statement(
        "outbox_queued",
        """
        SELECT id, attempt, checkpoint, extract(epoch FROM now() - created_at)::bigint
        FROM outbox
        WHERE id = ANY($1::uuid[]) AND coalesce(state) = 'queued'
        """)

    static func ids(_ rows: Rows) throws(PostgresError) -> Set<JobID> {
        var ids: Set<JobID> = []
        for index in 0..<rows.count {
            var row = rows[index]
            if let id = try row.optionalUUID() { ids.insert(JobID(id)) }
        }
        return ids
    }
}
