import Chassis
import Jobs
import Postgres
import Redis
import Storage

/// Everything a scheduler is told from outside, read once.
struct SchedulerSettings: Sendable {
    let chassis: ChassisSettings
    let database: DatabaseSettings
    let redis: RedisSettings

    /// - Throws: `SettingsError` with every mistake.
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
