import Chassis
import Domain
import Postgres

extension Outbox {
    /// Where a page of the sweep begins: behind this row.
    struct Position {
        let runAt: Timestamp
        let id: JobID
        static let start = Position(runAt: Timestamp(microseconds: 0), id: JobID(Identifier(high: 0, low: 0)))
    }

    /// One page of queued rows: their ids by queue, and where the next begins; nil after the last.
    struct Page {
        var ids: [String: [JobID]] = [:]
        var next: Position?
    }

    /// Rows that came, or come, due within a span of time around now, in order, a page at a time.
    /// - Parameters:
    ///   - from: Seconds before now, the older end.
    ///   - to: Seconds before now, the younger end; negative: what comes due.
    func page(from: Int, to: Int, after position: Position, limit: Int) async throws(PostgresError) -> Page {
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

    /// These rows, if they are queued.
    func rows(_ jobs: some Sequence<JobID>) async throws(PostgresError) -> [WaitingJob] {
        try await WaitingJob.all(database.read(Self.queuedRows, [.ids(jobs)]))
    }

    private static let queuedRows = Statement(
        "outbox_rows",
        """
        SELECT job.* FROM outbox, waiting_job(outbox) AS job
        WHERE outbox.id = ANY($1::uuid[]) AND coalesce(state) = 'queued'
        ORDER BY outbox.run_at, outbox.id
        """)

    /// The queues that somebody has paused.
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
