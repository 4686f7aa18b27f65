import Chassis
import Jobs
import Postgres
import Redis
import Storage

/// Asks each dependency whether it answers.
package struct CheckHealth: Sendable {
    /// How long a dependency may take to answer.
    package static let timeout = Duration.seconds(1)

    /// The milliseconds until each dependency answered; nil for one that did not answer in time.
    package struct Report: Sendable {
        package let database: Int?
        package let redis: Int?
        /// A query of the accounts.
        package let accounts: Int?
        /// A query of the queue of notifications.
        package let notifications: Int?
    }

    let database: Database
    let redis: Redis
    let loop: EventLoop

    /// Asks all at once; takes at most ``timeout``.
    package func callAsFunction() async -> Report {
        async let database = measure { _ = try await self.database.read(HealthProbe.connection) }
        async let accounts = measure { _ = try await self.database.read(HealthProbe.accounts) }
        async let redis = measure { _ = try await self.redis.command(["PING"]) }
        async let queue = measure {
            _ = try await QueueKeys(QueueName.notifications.rawValue, in: self.redis).readyCount(in: self.redis)
        }
        return Report(
            database: await database, redis: await redis, accounts: await accounts, notifications: await queue)
    }

    /// Returns whether PostgreSQL and Redis answer; waits as long as their drivers do.
    package func isReady() async -> (database: Bool, redis: Bool) {
        let database = (try? await database.read(HealthProbe.connection)) != nil
        let redis = (try? await redis.command(["PING"])) != nil
        return (database, redis)
    }

    private func measure(_ query: @escaping @Sendable () async throws -> Void) async -> Int? {
        let began = monotonicNanoseconds()
        guard
            await loop.first(within: Self.timeout, { (try? await query()) != nil }) == true
        else { return nil }
        return Int((monotonicNanoseconds() - began) / 1_000_000)
    }
}
