package import Chassis
package import Redis

/// Renews a consumer's lease each second, on a loop and a connection of its own, so that busy handlers cannot starve it;
/// gives the jobs of dead workers away, and carries the consumer's counts to Redis.
///
/// `@unchecked Sendable`: touched by its own loop's thread alone; the consumer is spoken to on the consumer's loop.
package final class LeaseHeartbeat: Service, @unchecked Sendable {
    package let name = "lease beat"
    private let consumer: Consumer
    private let loop: EventLoop
    private let redis: Redis
    private var task: Task<Void, Never>?

    package init(of consumer: Consumer, on loop: EventLoop, redis: Redis) {
        self.consumer = consumer
        self.loop = loop
        self.redis = redis
    }

    package func start() async throws {
        await loop.call { self.task = self.loop.spawn { await self.run() } }
    }

    package func stop() async {
        task?.cancel()
        await task?.value
    }

    private func run() async {
        let rescue = LeaseReaper(consumer.keys, redis)
        while (try? await loop.sleep(for: .seconds(1))) != nil {
            await beat()
            _ = try? await rescue.reap()
            consumer.loop.spawn { [consumer] in await consumer.sendCounts() }
        }
    }

    private func beat() async {
        guard
            let answer = try? await redis.run(
                QueueScripts.beat, of: consumer.keys,
                [RedisArgument(consumer.worker), RedisArgument(Consumer.leaseMilliseconds)]
            ).array
        else { return }
        let cancelled = answer.dropFirst().compactMap(\.text)
        consumer.loop.post { [consumer] in
            if answer.isEmpty { consumer.fenced() }
            if !cancelled.isEmpty { consumer.cancel(cancelled) }
        }
    }
}

extension Consumer {
    /// Adds what was counted here to what all workers of the queue have done.
    func sendCounts() async {
        let (done, fields) = metrics.takeCounts()
        guard !fields.isEmpty else { return }
        let arguments =
            [RedisArgument(done)] + fields.flatMap { [RedisArgument($0.0), RedisArgument($0.1)] }
        _ = try? await redis.run(QueueScripts.count, of: keys, arguments)
    }
}
