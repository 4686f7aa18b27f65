import Postgres
import Redis

extension QueueInspector {
    /// What stands between a queue and being empty.
    package struct Remainder: Sendable {
        /// Waiting to be run, or running.
        package let jobs: Int
        /// To be run later.
        package let delayed: Int
        package let isPaused: Bool
        package let workers: Int
    }

    /// Nothing new of a queue begins until it is resumed; what runs goes on. Holds when Redis forgets it.
    package func pause(_ queue: QueueName) async throws {
        _ = try await outbox.database.write(Self.pause, [.text(queue.rawValue)])
        _ = try await redis.command(["SET", RedisArgument(keys(queue).paused), "1"])
    }

    /// Its workers go on within about a second.
    package func resume(_ queue: QueueName) async throws {
        _ = try await outbox.database.write(Self.resume, [.text(queue.rawValue)])
        _ = try await redis.command(["DEL", RedisArgument(keys(queue).paused)])
    }

    /// How far a queue is from being empty: neither Redis nor PostgreSQL has something for now.
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

    private static let pause = Statement(
        "inspect_pause", "INSERT INTO paused_queues (queue) VALUES ($1) ON CONFLICT DO NOTHING")
    private static let resume = Statement("inspect_resume", "DELETE FROM paused_queues WHERE queue = $1")
    private static let due = Statement(
        "inspect_due", "SELECT count(*) FROM outbox WHERE state = 'queued' AND queue = $1 AND run_at <= now()")
}
