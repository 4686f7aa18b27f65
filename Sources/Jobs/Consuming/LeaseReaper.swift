package import Redis

/// Gives the jobs of dead workers of one queue to the living.
package struct LeaseReaper: Sendable {
    private let keys: QueueKeys
    private let redis: Redis

    package init(_ keys: QueueKeys, _ redis: Redis) {
        self.keys = keys
        self.redis = redis
    }

    /// - Parameter knownDead: Workers that are certainly gone, whatever their lease says.
    /// - Returns: How many jobs went back to the head of the list.
    @discardableResult
    package func reap(knownDead: [String] = []) async throws -> Int {
        let result = try await redis.run(
            QueueScripts.reap, of: keys,
            [RedisArgument(Consumer.leaseMilliseconds)] + knownDead.map { RedisArgument($0) })
        return result.integer ?? 0
    }
}
