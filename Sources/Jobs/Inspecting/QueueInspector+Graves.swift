import Domain
import Redis

/// The dead that live in Redis alone.
extension QueueInspector {
    /// Those that live in Redis alone, as many as were dead at the beginning. What cannot be read stays.
    func reviveGraves(of queue: QueueName, progress: (Int) -> Void) async throws(RedisError) -> Int {
        var left = try await graves(of: queue)
        var revived = 0
        while left > 0 {
            let answer = try await redis.run(
                QueueScripts.list, of: keys(queue), ["dead", RedisArgument(Self.step), "oldest"])
            let values = answer.array ?? []
            let envelopes = stride(from: 1, to: values.count, by: 4).compactMap {
                DeadLetter(values[$0].bytes ?? [])?.envelope
            }
            let new = try await revive(envelopes, of: queue)
            guard new > 0 else { break }
            revived += new
            left -= new
            progress(revived)
        }
        return revived
    }

    func revive(_ envelopes: [Envelope], of queue: QueueName) async throws(RedisError) -> Int {
        let arguments = envelopes.flatMap { envelope in
            [
                RedisArgument(envelope.id.description), RedisArgument(envelope.trying(0).json),
                RedisArgument(envelope.priority.letter),
            ]
        }
        guard !arguments.isEmpty else { return 0 }
        return try await redis.run(QueueScripts.revive, of: keys(queue), arguments).integer ?? 0
    }

    func graves(of queue: QueueName) async throws(RedisError) -> Int {
        try await redis.command(["ZCARD", RedisArgument(keys(queue).dead)]).integer ?? 0
    }

    /// - Returns: How many were there.
    func removeGraves(_ names: [String], of queue: QueueName) async throws(RedisError) -> Int {
        let names = names.map { RedisArgument($0) }
        redis.send(["HDEL", RedisArgument(keys(queue).graves)] + names)
        return try await redis.command(["ZREM", RedisArgument(keys(queue).dead)] + names).integer ?? 0
    }
}
