import Domain
package import Postgres
package import Redis

/// Reads and changes queues and jobs for operators: combines the outbox rows with the state in Redis. Loop-confined,
/// like its connections.
///
/// A command changes the row of a job first, then Redis: if that fails, the row decides, and repeating the command does
/// the rest.
package struct QueueInspector: Sendable {
    let outbox: Outbox
    let redis: Redis
    /// How many rows one statement changes, and how many ids one script is given.
    static let step = 1_000

    package init(database: Database, redis: Redis) {
        outbox = Outbox(database)
        self.redis = redis
    }

    func keys(_ queue: QueueName) -> QueueKeys { QueueKeys(queue.rawValue, in: redis) }

    /// Queues the completion jobs of batches of which members have ended.
    func complete(_ batches: Set<JobID>) async throws {
        guard !batches.isEmpty else { return }
        await push(try await outbox.complete(batches))
    }

    /// Pushes jobs to Redis; when it is unavailable, the sweep pushes their rows.
    func push(_ jobs: [WaitingJob]) async {
        _ = try? await Pusher(redis: redis).push(jobs)
    }

    /// Returns everything that is known of a job: its row, and its state in Redis. Both are nil for an unknown job.
    /// - Parameter name: Its id, or what a list called it.
    package func find(_ name: String) async throws -> (row: JobRow?, history: JobHistory?) {
        var row: JobRow?
        if let id = JobID(name), var found = try await outbox.database.read(JobRow.statement, [.id(id)]).first {
            row = try JobRow(&found)
        }
        let queues = row.map { row in QueueName.allCases.filter { $0.rawValue == row.queue } } ?? QueueName.allCases
        return (row, try await history(of: JobID(name)?.description ?? name, in: queues))
    }

    func history(of name: String, in queues: [QueueName]) async throws(RedisError) -> JobHistory? {
        for queue in queues {
            let reply = try await redis.run(QueueScripts.find, of: keys(queue), [RedisArgument(name)])
            if let history = JobHistory(queue, reply) { return history }
        }
        return nil
    }
}
