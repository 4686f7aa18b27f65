import Chassis
import Jobs
import Postgres
import Redis
import Storage

/// Everything a probe is told from outside.
struct ProbeSettings: Sendable {
    let log: Log
    let database: DatabaseSettings
    let redis: RedisSettings
    let slots: Int
    let grace: Int
    /// The file in which it says what happens.
    let lines: String
    /// Where a writer notes what it promises.
    let journal: String
    /// The first number that a writer uses.
    let first: Int
    /// How many jobs a writer promises in a second.
    let rate: Int

    /// - Throws: `SettingsError` with every mistake.
    init(_ environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        log = ChassisSettings(&reader, process: "probe", defaultLoops: 1, isTerminal: false).log
        database = StorageSettings.database(&reader, process: "probe")
        let redis = QueueSettings.redis(&reader)
        slots = reader.read(Setting("PROBE_SLOTS", default: 4, in: 1...100_000, "jobs at once"))
        grace = reader.read(Setting("PROBE_GRACE", default: 20, in: 0...600, "seconds that a stopping worker has"))
        lines = reader.read(Setting("PROBE_LINES", default: "/dev/null", "the file for what happens"))
        journal = reader.read(Setting("PROBE_JOURNAL", default: "/dev/null", "the file for what is promised"))
        first = reader.read(Setting("PROBE_FIRST", default: 0, in: 0...Int.max, "the first number of a writer"))
        rate = reader.read(Setting("PROBE_RATE", default: 200, in: 1...100_000, "jobs a second of a writer"))
        try reader.finish()
        guard let redis else { throw SettingsError(problems: ["REDIS_URL must be usable"]) }
        self.redis = redis
    }
}
