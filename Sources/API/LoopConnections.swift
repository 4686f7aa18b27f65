import Chassis
import Postgres
import Redis

/// The connections of one event loop.
///
/// `@unchecked Sendable`: loop-confined.
final class LoopConnections: @unchecked Sendable {
    let loop: EventLoop
    let database: Database
    let redis: Redis

    init(on loop: EventLoop, _ settings: APISettings, _ metrics: DatabaseMetrics) {
        self.loop = loop
        database = Database(on: loop, settings: settings.database, log: settings.chassis.log, metrics: metrics)
        redis = Redis(on: loop, settings: settings.redis, log: settings.chassis.log)
    }

    func start() {
        database.start()
        redis.start()
    }

    func close() async {
        await redis.close()
        await database.close()
    }
}
