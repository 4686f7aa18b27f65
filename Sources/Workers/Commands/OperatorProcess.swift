import Chassis
import Glibc
import Jobs
import Postgres
import Redis
import Storage

/// A process that answers one command of an operator and ends.
enum OperatorProcess {
    private static let usageCode: CInt = 64

    static func run<Kind: OperatorCommand>(_ kind: Kind.Type, _ words: ArraySlice<String>) -> Never {
        var words = Arguments(words)
        let isJSON = words.flag("--json")
        do {
            let command = try kind.init(&words)
            try words.finish()
            let settings = try settings()
            let loop = EventLoop(name: "operator")
            loop.start()
            Task(executorPreference: loop) {
                exit(await answer(command, CommandContext(on: loop, settings.database, settings.redis, isJSON: isJSON)))
            }
        } catch let wrong as UsageError {
            Failure.end(
                "\(wrong.message)\nusage: \(Command(kind).usage)   (Workers help lists everything)", code: usageCode)
        } catch {
            Failure.end("\(error)", code: Failure.wrongSettings)
        }
        while true { pause() }
    }

    private static func settings() throws -> (database: DatabaseSettings, redis: RedisSettings) {
        var reader = SettingsReader(processEnvironment())
        var database = StorageSettings.database(&reader, process: "operator")
        let redis = QueueSettings.redis(&reader)
        try reader.finish()
        guard var redis else { throw SettingsError(problems: ["REDIS_URL must be set"]) }
        // An operator waits rather than asks twice.
        database.statementTimeout = .seconds(30)
        redis.commandTimeout = .seconds(10)
        return (database, redis)
    }

    private static func answer(_ command: some OperatorCommand, _ desk: CommandContext) async -> CInt {
        do {
            try await desk.open()
            return try await command.run(desk)
        } catch {
            desk.complain(sentence(for: error))
            return 1
        }
    }

    private static func sentence(for error: any Error) -> String {
        switch error {
        case let trouble as CommandError: trouble.message
        case RedisError.rejected(let failure): "Redis refuses: \(failure)."
        case is RedisError:
            "Redis does not answer. Does it run where REDIS_URL says? What was changed is kept by PostgreSQL: ask again."
        case PostgresError.unavailable:
            "PostgreSQL does not answer. Does it run where DATABASE_URL says?"
        case PostgresError.timedOut: "PostgreSQL took too long. What was changed so far stays: ask again for the rest."
        default: "It failed: \(error)."
        }
    }
}
