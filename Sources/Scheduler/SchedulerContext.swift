import Chassis
import Jobs
import Postgres
import Redis
import Storage

/// The connections of a scheduler.
///
/// `@unchecked Sendable`: loop-confined.
final class SchedulerContext: Service, @unchecked Sendable {
    let name = "connections"
    let loop: EventLoop
    let database: Database
    let redis: Redis
    let producer: Producer
    let runs: ScheduledRunStore

    init(on loop: EventLoop, _ settings: SchedulerSettings, _ metrics: Metrics) {
        let log = settings.chassis.log
        self.loop = loop
        database = Database(
            on: loop, settings: settings.database, log: log, metrics: DatabaseMetrics(in: metrics))
        redis = Redis(on: loop, settings: settings.redis, log: log)
        producer = Producer(on: loop, redis: redis)
        runs = ScheduledRunStore(database)
    }

    func start() async throws {
        await loop.call {
            self.database.start()
            self.redis.start()
        }
        try await Task(executorPreference: loop) { try await Migrator().check(self.database) }.value
    }

    func stop() async {
        await Task(executorPreference: loop) {
            await self.redis.close()
            await self.database.close()
        }.value
    }
}
