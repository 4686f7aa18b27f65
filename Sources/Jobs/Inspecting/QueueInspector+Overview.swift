package import Postgres
package import Redis

extension QueueInspector {
    /// How queues stand in Redis, each asked with one script, all at once.
    package func overviews(
        of queues: [QueueName] = QueueName.allCases
    ) async throws(RedisError) -> [QueueOverview] {
        let answers = await withTaskGroup(of: (Int, Result<RedisValue, RedisError>).self) { group in
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
            if let answer = try answers[index]?.get(), let overview = QueueOverview(queue, answer) {
                overviews.append(overview)
            }
        }
        return overviews
    }

    /// What PostgreSQL keeps of each queue.
    /// - Parameter limit: No more than so many are counted of each.
    package func kept(countingTo limit: Int = 1_000_000_000) async throws(PostgresError) -> [QueueName: RetainedJobs] {
        let queues = QueueName.allCases.map(\.rawValue)
        var kept: [QueueName: RetainedJobs] = [:]
        for var row in try await outbox.database.read(Self.kept, [.texts(queues), .integer(limit)]) {
            guard let queue = QueueName(rawValue: try row.text()) else { continue }
            kept[queue] = RetainedJobs(dead: try row.int(), waiting: try row.int())
        }
        return kept
    }

    private static let kept = Statement(
        "inspect_kept",
        """
        SELECT name,
               (SELECT count(*) FROM (
                   SELECT FROM outbox WHERE state = 'dead' AND queue = name LIMIT $2) AS dead),
               (SELECT count(*) FROM (
                   SELECT FROM outbox WHERE state = 'waiting' AND queue = name LIMIT $2) AS waiting)
        FROM unnest($1::text[]) AS name
        """)
}
