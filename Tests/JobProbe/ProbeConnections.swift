import Chassis
import Jobs
import Postgres
import Redis

/// The connections of a probe, like those of a worker process.
///
/// `@unchecked Sendable`: loop-confined.
final class ProbeConnections: Service, @unchecked Sendable {
    let name = "connections"
    let loop = EventLoop(name: "probe")
    let heartbeatLoop = EventLoop(name: "heartbeat")
    let database: Database
    let redis: Redis
    let heartbeatRedis: Redis
    let waiter: RedisBlockingConnection
    let producer: Producer

    init(_ settings: ProbeSettings) {
        database = Database(
            on: loop, settings: settings.database, log: settings.log, metrics: DatabaseMetrics(in: Metrics()))
        redis = Redis(on: loop, settings: settings.redis, log: settings.log)
        heartbeatRedis = Redis(on: heartbeatLoop, settings: settings.redis, log: settings.log)
        waiter = RedisBlockingConnection(on: loop, settings: settings.redis, log: settings.log)
        producer = Producer(on: loop, redis: redis)
        loop.start()
        heartbeatLoop.start()
    }

    func start() async throws {
        await loop.call {
            self.database.start()
            self.redis.start()
            self.waiter.start()
        }
        await heartbeatLoop.call { self.heartbeatRedis.start() }
    }

    func stop() async {
        await Task(executorPreference: loop) {
            await self.waiter.close()
            await self.redis.close()
            await self.database.close()
        }.value
        await Task(executorPreference: heartbeatLoop) { await self.heartbeatRedis.close() }.value
    }
}
