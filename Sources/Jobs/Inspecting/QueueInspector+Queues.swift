package import Postgres
package import Redis

extension QueueInspector {
    /// Returns the state of queues in Redis; one script per queue, all at the same time.
    package func overviews(
        of queues: [QueueName] = QueueName.allCases
    ) async throws(RedisError) -> [QueueOverview] {
        let replies = await withTaskGroup(of: (Int, Result<RedisValue, RedisError>).self) { group in
            for (index, queue) in queues.enumerated() {
                group.addTask {
                    do throws(RedisError) {
                        return (index, .success(try await redis.run(QueueScripts.inspect, of: keys(queue), [])))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var overviews: [QueueOverview] = []
        for (index, queue) in queues.enumerated() {
            if let reply = try replies[index]?.get(), let overview = QueueOverview(queue, reply) {
                overviews.append(overview)
            }
        }
        return overviews
    }

    /// Counts the rows of each queue in states that Redis does not know.
    /// - Parameter limit: The most that are counted of each.
    package func retained(
        countingTo limit: Int = 1_000_000_000
    ) async throws(PostgresError) -> [QueueName: RetainedJobs] {
        let queues = QueueName.allCases.map(\.rawValue)
        var retained: [QueueName: RetainedJobs] = [:]
        for var row in try await outbox.database.read(Self.retained, [.texts(queues), .integer(limit)]) {
            guard let queue = QueueName(rawValue: try row.text()) else { continue }
            retained[queue] = RetainedJobs(dead: try row.int(), waiting: try row.int())
        }
        return retained
    }

    private static let retained = Statement(
        "inspect_retained",
        """
        SELECT name,
               (SELECT count(*) FROM (
                   SELECT FROM outbox WHERE state = 'dead' AND queue = name LIMIT $2) AS dead),
               (SELECT count(*) FROM (
                   SELECT FROM outbox WHERE state = 'waiting' AND queue = name LIMIT $2) AS waiting)
        FROM unnest($1::text[]) AS name
        """)

    // MARK: Pausing

    /// Pauses a queue: no job of it starts until it is resumed; running ones continue. Survives a flush of Redis.
    package func pause(_ queue: QueueName) async throws {
        _ = try await outbox.database.write(Self.pause, [.text(queue.rawValue)])
        _ = try await redis.command(["SET", RedisArgument(keys(queue).paused), "1"])
    }

    /// Resumes a queue; its workers continue within about a second.
    package func resume(_ queue: QueueName) async throws {
        _ = try await outbox.database.write(Self.resume, [.text(queue.rawValue)])
        _ = try await redis.command(["DEL", RedisArgument(keys(queue).paused)])
    }

    private static let pause = Statement(
        "inspect_pause", "INSERT INTO paused_queues (queue) VALUES ($1) ON CONFLICT DO NOTHING")
    private static let resume = Statement("inspect_resume", "DELETE FROM paused_queues WHERE queue = $1")

    // MARK: Draining

    /// The jobs that are left in a queue that is being drained.
    package struct Remainder: Sendable {
        /// Queued or running.
        package let jobs: Int
        /// Due later.
        package let delayed: Int
        package let isPaused: Bool
        package let workers: Int
    }

    /// Counts what is left in a queue, in Redis and in PostgreSQL.
    package func remainder(of queue: QueueName) async throws -> Remainder? {
        guard let overview = try await overviews(of: [queue]).first else { return nil }
        var jobs = overview.queued + overview.parked + overview.running
        // Rows that Redis does not know yet.
        if jobs == 0, var row = try await outbox.database.read(Self.due, [.text(queue.rawValue)]).first {
            jobs = try row.int()
        }
        if jobs == 0, overview.oldestMilliseconds > 0 { jobs = 1 }
        return Remainder(
            jobs: jobs, delayed: overview.delayed, isPaused: overview.isPaused, workers: overview.workers)
    }

    private static let due = Statement(
        "inspect_due", "SELECT count(*) FROM outbox WHERE state = 'queued' AND queue = $1 AND run_at <= now()")
}
