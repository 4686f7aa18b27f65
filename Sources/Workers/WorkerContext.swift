import Chassis
import Jobs
import Postgres
import Redis
import Storage

/// The connections of a worker, and what is built on them.
///
/// `@unchecked Sendable`: loop-confined.
final class WorkerContext: @unchecked Sendable {
    let loop: EventLoop
    let database: Database
    let redis: Redis
    let waiter: RedisBlockingConnection
    let producer: Producer
    let media: MediaStore

    init(on loop: EventLoop, _ settings: WorkerSettings, _ metrics: Metrics) {
        let log = settings.chassis.log
        self.loop = loop
        database = Database(on: loop, settings: settings.database, log: log, metrics: DatabaseMetrics(in: metrics))
        redis = Redis(on: loop, settings: settings.redis, log: log)
        waiter = RedisBlockingConnection(on: loop, settings: settings.redis, log: log)
        producer = Producer(on: loop, redis: redis)
        media = MediaStore(database)
    }

    func start() {
        database.start()
        redis.start()
        waiter.start()
    }

    func close() async {
        await waiter.close()
        await redis.close()
        await database.close()
    }
}
