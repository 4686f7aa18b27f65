import Chassis
import HTTP
import Jobs
import Postgres
import Redis
import Storage

/// A scheduler process: runs the schedule on one loop. Any number may run, without a leader: tasks are harmless to run
/// twice, and PostgreSQL decides which scheduler fires a run.
struct SchedulerProcess {
    private let lifecycle: Lifecycle

    init(_ settings: SchedulerSettings) {
        let log = settings.chassis.log
        log.store("PostgreSQL", at: StoreAddress(url: settings.database.url.exposed))
        log.store("Redis", at: StoreAddress(settings.redis.endpoint.description))
        let metrics = Metrics()
        metrics.addProcessMetrics()
        let loop = EventLoop(name: "scheduler")
        let context = SchedulerContext(on: loop, settings, metrics)
        loop.start()
        var services: [any Service] = [context, ScheduleService(context, schedule(context), log: log)]
        if let address = settings.chassis.metricsListen {
            services.append(MetricsListener(on: loop, listening: address, log: log) { metrics.text })
        }
        lifecycle = Lifecycle(services, log: log)
    }

    func run() -> Never {
        lifecycle.run()
    }
}

/// The settings of a scheduler, read once from the environment.
struct SchedulerSettings: Sendable {
    let chassis: ChassisSettings
    let database: DatabaseSettings
    let redis: RedisSettings

    /// - Throws: `SettingsError` with all mistakes.
    init(_ environment: [String: String], isTerminal: Bool) throws {
        var reader = SettingsReader(environment)
        chassis = ChassisSettings(&reader, process: "scheduler", defaultLoops: 1, isTerminal: isTerminal)
        database = StorageSettings.database(&reader, process: "scheduler")
        let redis = QueueSettings.redis(&reader)
        try reader.finish()
        guard let redis else { throw SettingsError(problems: ["REDIS_URL must be set"]) }
        self.redis = redis
    }
}
