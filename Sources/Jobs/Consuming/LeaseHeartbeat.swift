package import Chassis
package import Redis

/// Renews a consumer's lease each second, on a loop and a connection of its own, so that busy handlers cannot starve
/// it; also requeues the jobs of workers whose lease has expired, and sends the consumer's counts to Redis.
///
/// `@unchecked Sendable`: touched by its own loop's thread alone; the consumer is called on the consumer's loop.
package final class LeaseHeartbeat: Service, @unchecked Sendable {
    package let name = "lease heartbeat"
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
        let reaper = LeaseReaper(consumer.keys, redis)
        while (try? await loop.sleep(for: .seconds(1))) != nil {
            await renew()
            _ = try? await reaper.reap()
            consumer.loop.spawn { [consumer] in await consumer.sendCounts() }
        }
    }

    private func renew() async {
        guard
            let reply = try? await redis.run(
                QueueScripts.heartbeat, of: consumer.keys,
                [RedisArgument(consumer.worker), RedisArgument(Consumer.leaseMilliseconds)]
            ).array
        else { return }
        let cancelled = reply.dropFirst().compactMap(\.text)
        consumer.loop.post { [consumer] in
            if reply.isEmpty { consumer.fenced() }
            if !cancelled.isEmpty { consumer.cancel(cancelled) }
        }
    }
}

extension Consumer {
    /// Adds this worker's counts to the totals of the queue.
    func sendCounts() async {
        let (done, fields) = metrics.takeCounts()
        guard !fields.isEmpty else { return }
        let arguments =
            [RedisArgument(done)] + fields.flatMap { [RedisArgument($0.0), RedisArgument($0.1)] }
        _ = try? await redis.run(QueueScripts.count, of: keys, arguments)
    }
}

/// Requeues the jobs of workers of one queue whose lease has expired.
package struct LeaseReaper: Sendable {
    private let keys: QueueKeys
    private let redis: Redis

    package init(_ keys: QueueKeys, _ redis: Redis) {
        self.keys = keys
        self.redis = redis
    }

    /// - Parameter knownDead: Workers whose process has ended, whatever their lease.
    /// - Returns: How many jobs were requeued.
    @discardableResult
    package func reap(knownDead: [String] = []) async throws -> Int {
        let result = try await redis.run(
            QueueScripts.reap, of: keys,
            [RedisArgument(Consumer.leaseMilliseconds)] + knownDead.map { RedisArgument($0) })
        return result.integer ?? 0
    }
}
