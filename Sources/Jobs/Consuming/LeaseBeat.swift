package import Chassis
package import Redis

/// Renews a consumer's lease each second, on a loop and a connection of its own, so that busy handlers cannot starve it;
/// and gives the jobs of dead workers away.
///
/// `@unchecked Sendable`: touched by its own loop's thread alone; the consumer is told on the consumer's loop.
package final class LeaseBeat: Service, @unchecked Sendable {
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
        let rescue = QueueRescue(consumer.keys, redis)
        while (try? await loop.sleep(for: .seconds(1))) != nil {
            let isHeld = try? await redis.run(
                QueueScripts.beat, keys: [RedisArgument(consumer.keys.workers)],
                arguments: [RedisArgument(consumer.worker), RedisArgument(Consumer.leaseMilliseconds)])
            if isHeld?.integer == 0 { consumer.loop.post { self.consumer.fenced() } }
            _ = try? await rescue.reap()
        }
    }
}
