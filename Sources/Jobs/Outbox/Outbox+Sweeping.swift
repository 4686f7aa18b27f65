import Chassis
package import Domain
package import Postgres

extension Outbox {
    /// The row after which a page of the sweep begins.
    package struct Position {
        let runAt: Timestamp
        let id: JobID
        package static let start = Position(runAt: Timestamp(microseconds: 0), id: JobID(Identifier(high: 0, low: 0)))
    }

    /// One page of queued rows: their ids by queue, and where the next page begins; nil after the last.
    package struct Page {
        package var ids: [String: [JobID]] = [:]
        var next: Position?
    }

    /// Returns PostgreSQL's clock, in Unix seconds.
    package func clock() async throws(PostgresError) -> Int {
        guard var row = try await database.read(Self.clock, []).first else {
            throw .unexpectedResult("the clock returned no row")
        }
        return try row.int()
    }

    private static let clock = Statement("outbox_clock", "SELECT floor(extract(epoch FROM now()))::bigint")

    /// Reads a page of the queued rows that came, or will come, due within a span of time around now, in order.
    /// - Parameters:
    ///   - from: Seconds before now, the older end.
    ///   - to: Seconds before now, the younger end; negative: what comes due.
    package func page(from: Int, to: Int, after position: Position, limit: Int) async throws(PostgresError) -> Page {
        let rows = try await database.read(
            Self.page,
            [.integer(from), .integer(to), .timestamp(position.runAt), .id(position.id), .integer(limit)])
        var page = Page()
        for index in 0..<rows.count {
            var row = rows[index]
            let id = JobID(try row.uuid())
            page.ids[try row.text(), default: []].append(id)
            if index == limit - 1 { page.next = Position(runAt: try row.timestamp(), id: id) }
        }
        return page
    }

    private static let page = Statement(
        "outbox_page",
        """
        SELECT id, queue, run_at FROM outbox
        WHERE state = 'queued' AND (run_at, id) > ($3, $4)
          AND run_at >= now() - $1 * interval '1 second' AND run_at < now() - $2 * interval '1 second'
        ORDER BY run_at, id
        LIMIT $5
        """)

    /// Reads those of these rows that are queued.
    package func rows(_ jobs: some Sequence<JobID>) async throws(PostgresError) -> [WaitingJob] {
        try await WaitingJob.all(database.read(Self.queuedRows, [.ids(jobs)]))
    }

    private static let queuedRows = Statement(
        "outbox_rows",
        """
        SELECT job.* FROM outbox, waiting_job(outbox) AS job
        WHERE outbox.id = ANY($1::uuid[]) AND coalesce(state) = 'queued'
        ORDER BY outbox.run_at, outbox.id
        """)

    /// Reads the names of the paused queues.
    func pausedQueues() async throws(PostgresError) -> Set<String> {
        let rows = try await database.read(Self.paused, [])
        var queues: Set<String> = []
        for index in 0..<rows.count {
            var row = rows[index]
            queues.insert(try row.text())
        }
        return queues
    }

    private static let paused = Statement("outbox_paused", "SELECT queue FROM paused_queues")
}
