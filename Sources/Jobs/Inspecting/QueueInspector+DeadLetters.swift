import Domain
import Redis

// Dead letters without an outbox row.
extension QueueInspector {
    /// Retries as many dead letters as there are at the beginning. Unreadable ones stay.
    func retryDeadLetters(of queue: QueueName, progress: (Int) -> Void) async throws(RedisError) -> Int {
        var left = try await countDeadLetters(of: queue)
        var retried = 0
        while left > 0 {
            let reply = try await redis.run(
                QueueScripts.list, of: keys(queue), ["dead", RedisArgument(Self.step), "oldest"])
            let values = reply.array ?? []
            let envelopes = stride(from: 1, to: values.count, by: 4).compactMap {
                DeadLetter(values[$0].bytes ?? [])?.envelope
            }
            let new = try await retry(envelopes, of: queue)
            guard new > 0 else { break }
            retried += new
            left -= new
            progress(retried)
        }
        return retried
    }

    func retry(_ envelopes: [Envelope], of queue: QueueName) async throws(RedisError) -> Int {
        let arguments = envelopes.flatMap { envelope in
            [
                RedisArgument(envelope.id.description), RedisArgument(envelope.withAttempt(0).json),
                RedisArgument(envelope.priority.letter),
            ]
        }
        guard !arguments.isEmpty else { return 0 }
        return try await redis.run(QueueScripts.retry, of: keys(queue), arguments).integer ?? 0
    }

    func countDeadLetters(of queue: QueueName) async throws(RedisError) -> Int {
        try await redis.command(["ZCARD", RedisArgument(keys(queue).dead)]).integer ?? 0
    }

    /// - Returns: How many existed.
    func removeDeadLetters(_ names: [String], of queue: QueueName) async throws(RedisError) -> Int {
        let names = names.map { RedisArgument($0) }
        redis.send(["HDEL", RedisArgument(keys(queue).deadLetters)] + names)
        return try await redis.command(["ZREM", RedisArgument(keys(queue).dead)] + names).integer ?? 0
    }
}
