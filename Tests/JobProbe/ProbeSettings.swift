import Chassis
import Jobs
import Postgres
import Redis
import Storage

/// The settings of a probe.
struct ProbeSettings: Sendable {
    let log: Log
    let database: DatabaseSettings
    let redis: RedisSettings
    let slots: Int
    let grace: Int
    /// The file of lines; see ``ProbeLine``.
    let lines: String
    /// The file in which a writer records what it enqueues.
    let journal: String
    /// The first number that a writer uses.
    let first: Int
    /// How many jobs a writer enqueues per second.
    let rate: Int

    /// - Throws: `SettingsError` with all mistakes.
    init(_ environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        log = ChassisSettings(&reader, process: "probe", defaultLoops: 1, isTerminal: false).log
        database = StorageSettings.database(&reader, process: "probe")
        let redis = QueueSettings.redis(&reader)
        slots = reader.read(Setting("PROBE_SLOTS", default: 4, in: 1...100_000, "jobs at the same time"))
        grace = reader.read(
            Setting("PROBE_GRACE", default: 20, in: 0...600, "grace time of a stopping worker, in seconds"))
        lines = reader.read(Setting("PROBE_LINES", default: "/dev/null", "the file of lines"))
        journal = reader.read(Setting("PROBE_JOURNAL", default: "/dev/null", "the file for what a writer enqueues"))
        first = reader.read(Setting("PROBE_FIRST", default: 0, in: 0...Int.max, "the first number of a writer"))
        rate = reader.read(Setting("PROBE_RATE", default: 200, in: 1...100_000, "jobs per second of a writer"))
        try reader.finish()
        guard let redis else { throw SettingsError(problems: ["REDIS_URL must be usable"]) }
        self.redis = redis
    }
}
