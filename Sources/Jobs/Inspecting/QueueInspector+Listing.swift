import Chassis
import Domain
import Postgres
import Redis

extension QueueInspector {
    /// Lists the jobs of a queue in a state, the oldest first.
    /// - Parameter isNewestFirst: Whether the newest ones are listed instead, in descending order.
    package func jobs(
        of queue: QueueName, _ state: JobState, limit: Int = 50, isNewestFirst: Bool = false
    ) async throws -> [JobSummary] {
        guard limit > 0 else { return [] }
        var jobs: [JobSummary] = []
        switch state {
        case .running:
            jobs = try await running(in: queue, limit: limit)
        case .queued:
            // Rows of running jobs are queued, too.
            let running = try await running(in: queue, limit: Self.step).compactMap { JobID($0.id) }
            jobs = try await waitingRows(of: queue, .queued, limit, isNewestFirst, without: running)
            jobs += try await inRedis(queue, .queued, limit, isNewestFirst)
        case .delayed:
            jobs = try await waitingRows(of: queue, .delayed, limit, isNewestFirst, without: [])
            jobs += try await inRedis(queue, .delayed, limit, isNewestFirst)
        case .waiting, .dead, .done, .cancelled:
            let statement = isNewestFirst ? Self.newestKept : Self.oldestKept
            let values: [PostgresValue] = [.text(queue.rawValue), .text(state.rawValue), .integer(limit)]
            jobs = try Self.summaries(await outbox.database.read(statement, values), state)
            if state == .dead { jobs += try await inRedis(queue, .dead, limit, isNewestFirst) }
        }
        jobs.sort { isNewestFirst ? $0.time > $1.time : $0.time < $1.time }
        return Array(jobs.prefix(limit))
    }

    private func running(in queue: QueueName, limit: Int) async throws -> [JobSummary] {
        try await inRedis(queue, .running, limit, false)
    }

    /// Lists jobs by `list.lua`.
    func inRedis(
        _ queue: QueueName, _ state: JobState, _ limit: Int, _ isNewestFirst: Bool
    ) async throws(RedisError) -> [JobSummary] {
        let reply = try await redis.run(
            QueueScripts.list, of: keys(queue),
            [
                RedisArgument(state.rawValue), RedisArgument(min(limit, Self.step)),
                isNewestFirst ? "newest" : "oldest",
            ])
        let values = reply.array ?? []
        return stride(from: 0, to: values.count - 3, by: 4).map { JobSummary(queue, state, values[$0..<$0 + 4]) }
    }

    private func waitingRows(
        of queue: QueueName, _ state: JobState, _ limit: Int, _ isNewestFirst: Bool, without running: [JobID]
    ) async throws(PostgresError) -> [JobSummary] {
        let statement = isNewestFirst ? Self.newestWaiting : Self.oldestWaiting
        let values: [PostgresValue] = [
            .text(queue.rawValue), .boolean(state == .delayed), .ids(running), .integer(limit),
        ]
        return try Self.summaries(await outbox.database.read(statement, values), state)
    }

    private static func summaries(_ rows: Rows, _ state: JobState) throws(PostgresError) -> [JobSummary] {
        var jobs: [JobSummary] = []
        for var row in rows { jobs.append(try JobSummary(&row, state)) }
        return jobs
    }

    private static let oldestWaiting = Statement(
        "inspect_oldest_waiting",
        """
        SELECT id, queue, kind, attempt, run_at, error FROM outbox
        WHERE state = 'queued' AND queue = $1 AND (run_at > now()) = $2 AND id <> ALL ($3::uuid[])
        ORDER BY run_at, id
        LIMIT $4
        """)
    private static let newestWaiting = Statement(
        "inspect_newest_waiting",
        """
        SELECT id, queue, kind, attempt, run_at, error FROM outbox
        WHERE state = 'queued' AND queue = $1 AND (run_at > now()) = $2 AND id <> ALL ($3::uuid[])
        ORDER BY run_at DESC, id DESC
        LIMIT $4
        """)
    private static let oldestKept = Statement(
        "inspect_oldest_kept",
        """
        SELECT id, queue, kind, attempt, coalesce(ended_at, created_at), error FROM outbox
        WHERE state = $2 AND queue = $1
        ORDER BY ended_at, id
        LIMIT $3
        """)
    private static let newestKept = Statement(
        "inspect_newest_kept",
        """
        SELECT id, queue, kind, attempt, coalesce(ended_at, created_at), error FROM outbox
        WHERE state = $2 AND queue = $1
        ORDER BY ended_at DESC, id DESC
        LIMIT $3
        """)
}
