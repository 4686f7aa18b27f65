import Chassis
import Jobs
import MediaStoring
import Postgres
import Redis
import Storage

/// Asks each store whether it can do its work: an answer is not enough, it must accept writes.
package struct CheckHealth: Sendable {
    /// How long a store may take to answer.
    package static let timeout = Duration.seconds(1)

    /// What was found out about one dependency.
    package struct Finding: Sendable {
        package let state: StoreState
        /// Until it answered; nil if it did not answer in time.
        package let milliseconds: Int?
    }

    /// The findings of all dependencies.
    package struct Report: Sendable {
        package let database: Finding
        package let redis: Finding
        /// A query of the accounts.
        package let accounts: Finding
        /// A query of the queue of notifications.
        package let notifications: Finding
    }

    /// The last known state of the process.
    package let state: HealthState
    private let stores: (database: Database, redis: Redis)
    private let files: (blobs: any BlobStore, disk: BlockingPool)
    private let loop: EventLoop

    init(_ environment: FeatureEnvironment) {
        state = environment.shared.health
        stores = (environment.database, environment.redis)
        files = (environment.shared.blobs, environment.shared.disk)
        loop = environment.loop
    }

    /// Asks all at once; takes at most ``timeout``.
    package func callAsFunction() async -> Report {
        async let database = database()
        async let redis = redis()
        async let accounts = measure {
            _ = try await self.stores.database.read(HealthProbe.accounts)
            return .up
        }
        async let queue = measure {
            let keys = QueueKeys(QueueName.notifications.rawValue, in: self.stores.redis)
            _ = try await keys.readyCount(in: self.stores.redis)
            return .up
        }
        return Report(
            database: await database, redis: await redis, accounts: await accounts, notifications: await queue)
    }

    /// Asks PostgreSQL whether a transaction may write.
    package func database() async -> Finding {
        await measure {
            var row = try await self.stores.database.read(HealthProbe.isWritable)[0]
            return try row.bool() ? .up : .readOnly
        }
    }

    /// Writes one key, the same for all processes, and lets it expire. A replica (READONLY), full memory (OOM) and a
    /// failed save (MISCONF) refuse it.
    package func redis() async -> Finding {
        let redis = stores.redis
        return await measure {
            do throws(RedisError) {
                _ = try await redis.command(["SET", RedisArgument(redis.key("health")), "1", "PX", "10000"])
                return .up
            } catch .rejected(let failure) {
                return failure.code == "LOADING" ? .down : .readOnly
            } catch {
                // The driver closes its connection to a replica and connects again.
                return redis.isReadOnly ? .readOnly : .down
            }
        }
    }

    /// Asks the media store whether it accepts files.
    package func storage() async -> StoreState {
        let files = files
        let state = await loop.first(within: Self.timeout) {
            try? await files.disk.run { Self.check(files.blobs) }
        }
        return state ?? .down
    }

    private static func check(_ blobs: any BlobStore) -> StoreState {
        do throws(BlobError) {
            try blobs.checkWritable()
            return .up
        } catch {
            return error.isStoreMissing ? .down : .readOnly
        }
    }

    private func measure(_ probe: @escaping @Sendable () async throws -> StoreState) async -> Finding {
        let began = monotonicNanoseconds()
        guard let state = await loop.first(within: Self.timeout, { try? await probe() }), state != .down else {
            return Finding(state: .down, milliseconds: nil)
        }
        return Finding(state: state, milliseconds: Int((monotonicNanoseconds() - began) / 1_000_000))
    }
}
