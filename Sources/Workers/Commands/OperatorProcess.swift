import Chassis
import Glibc
import Jobs
import Postgres
import Redis
import Storage

/// A process that runs one command of an operator and exits.
enum OperatorProcess {
    private static let usageCode: CInt = 64

    static func run<Kind: OperatorCommand>(_ kind: Kind.Type, _ arguments: ArraySlice<String>) -> Never {
        var arguments = Arguments(arguments)
        let isJSON = arguments.flag("--json")
        do {
            let command = try kind.init(&arguments)
            try arguments.finish()
            let settings = try settings()
            let loop = EventLoop(name: "operator")
            loop.start()
            Task(executorPreference: loop) {
                exit(await run(command, CommandContext(on: loop, settings.database, settings.redis, isJSON: isJSON)))
            }
        } catch let error as UsageError {
            Failure.end(
                "\(error.message)\nusage: \(Command(kind).usage)   (Workers help lists all commands)", code: usageCode)
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
        // Longer than a worker's: waiting is cheaper for an operator than a second attempt.
        database.statementTimeout = .seconds(30)
        redis.commandTimeout = .seconds(10)
        // The state of the wanted jobs is a parameter, and each state has an index of its own.
        database.plansEachCall = true
        return (database, redis)
    }

    private static func run<Kind: OperatorCommand>(_ command: Kind, _ context: CommandContext) async -> CInt {
        do {
            try await context.open(needsRedis: Kind.needsRedis)
            return try await command.run(context)
        } catch {
            context.printError(sentence(for: error))
            return 1
        }
    }

    private static func sentence(for error: any Error) -> String {
        switch error {
        case let error as CommandError: error.message
        case RedisError.rejected(let failure): "Redis refused the command: \(failure)."
        case is RedisError:
            "Redis does not answer. Check REDIS_URL. Changes made so far are in PostgreSQL: run the command again."
        case PostgresError.unavailable: "PostgreSQL does not answer. Check DATABASE_URL."
        case PostgresError.timedOut: "PostgreSQL timed out. Changes made so far are kept: run the command again."
        default: "The command failed: \(error)."
        }
    }
}
