import Chassis
import Domain
import Glibc
import Jobs
import Postgres
import Redis
import Storage

/// `Workers reconcile <user id>|--all`: asks for counters to be made equal to their rows. Only the promise is made here:
/// the sweep brings it to Redis, and the counters' workers keep it.
struct Reconcile {
    static let word = "reconcile"
    private static let usage = "usage: Workers reconcile <user id>|--all"

    private let account: UserID?
    private let database: DatabaseSettings
    private let redis: RedisSettings
    /// What an operator reads is the answer.
    private let log = Log(level: .warning, format: .text, to: .standardError)

    /// Runs the command and ends the process.
    static func run(_ arguments: ArraySlice<String>) -> Never {
        guard let argument = arguments.first, arguments.count == 1, argument == "--all" || UserID(argument) != nil
        else {
            Failure.end(usage, code: 64)
        }
        do {
            let command = try Reconcile(UserID(argument), processEnvironment())
            Task.detached { await command.outboxJob() }
        } catch {
            Failure.end("\(error)", code: Failure.wrongSettings)
        }
        while true { pause() }
    }

    private init(_ account: UserID?, _ environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        self.account = account
        database = StorageSettings.database(&reader, process: Self.word)
        let redis = QueueSettings.redis(&reader)
        try reader.finish()
        guard let redis else { throw SettingsError(problems: ["REDIS_URL must be set"]) }
        self.redis = redis
    }

    private func outboxJob() async {
        let loop = EventLoop(name: Self.word)
        loop.start()
        do {
            let isNew = try await Task(executorPreference: loop) { try await self.outboxJob(on: loop) }.value
            print(isNew ? "promised: \(Pool.counters) begins within seconds" : "promised before, and not done yet")
            exit(0)
        } catch {
            Failure.end("cannot promise: \(error)", code: 1)
        }
    }

    private func outboxJob(on loop: EventLoop) async throws -> Bool {
        let database = Database(
            on: loop, settings: database, log: log, metrics: DatabaseMetrics(in: Metrics()))
        database.start()
        let producer = Producer(on: loop, redis: Redis(on: loop, settings: redis, log: log))
        let job = try producer.outboxJob(ReconcileCounters(account: account), trace: nil)
        let isNew = try await !Outbox(database).add([job]).isEmpty
        await database.close()
        return isNew
    }
}
