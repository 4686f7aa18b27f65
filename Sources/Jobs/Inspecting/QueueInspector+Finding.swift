import Domain
import Postgres
import Redis

extension QueueInspector {
    /// Everything that is known of a job: its row, and what Redis says. Both are nil when nobody knows it.
    /// - Parameter name: Its id, or what a list called it.
    package func find(_ name: String) async throws -> (row: JobRow?, trail: JobHistory?) {
        var row: JobRow?
        if let id = JobID(name), var found = try await outbox.database.read(JobRow.statement, [.id(id)]).first {
            row = try JobRow(&found)
        }
        let queues = row.map { row in QueueName.allCases.filter { $0.rawValue == row.queue } } ?? QueueName.allCases
        return (row, try await trail(of: JobID(name)?.description ?? name, in: queues))
    }

    func trail(of name: String, in queues: [QueueName]) async throws(RedisError) -> JobHistory? {
        for queue in queues {
            let answer = try await redis.run(QueueScripts.find, of: keys(queue), [RedisArgument(name)])
            if let trail = JobHistory(queue, answer) { return trail }
        }
        return nil
    }
}
