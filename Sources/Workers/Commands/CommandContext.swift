import Chassis
import Domain
import Glibc
import Jobs
import Postgres
import Redis
import Storage

/// The connections that a command uses, and its output.
///
/// `@unchecked Sendable`: loop-confined.
final class CommandContext: @unchecked Sendable {
    let loop: EventLoop
    let isJSON: Bool
    let inspector: QueueInspector
    private let database: Database
    private let redis: Redis
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let began = monotonicNanoseconds()
    private var shownAt: UInt64 = 0

    init(on loop: EventLoop, _ database: DatabaseSettings, _ redis: RedisSettings, isJSON: Bool) {
        let log = Log(level: .warning, format: .text, to: .standardError)
        self.loop = loop
        self.isJSON = isJSON
        self.database = Database(on: loop, settings: database, log: log, metrics: DatabaseMetrics(in: Metrics()))
        self.redis = Redis(on: loop, settings: redis, log: log)
        inspector = QueueInspector(database: self.database, redis: self.redis)
    }

    /// Connects, and refuses a schema that is too old.
    /// - Parameter needsRedis: Whether to connect to Redis as well.
    func open(needsRedis: Bool) async throws {
        database.start()
        do {
            try await Migrator().check(database)
        } catch MigrationError.database(let error) {
            throw error
        }
        guard needsRedis else { return }
        redis.start()
        for _ in 0..<150 where !redis.isConnected { try await loop.sleep(for: .milliseconds(20)) }
        if !redis.isConnected { throw RedisError.unavailable }
    }

    /// Writes the outbox row of a job; the sweep pushes it.
    /// - Returns: Whether no such job was enqueued already.
    func enqueue(_ job: some Job) async throws -> Bool {
        let row = try Producer(on: loop, redis: redis).outboxJob(job, trace: nil)
        return try await !Outbox(database).add([row]).isEmpty
    }

    // MARK: Output

    /// Prints the answer: text, or one JSON object with `--json`.
    func print(_ text: @autoclosure () -> String, json: (inout JSONWriter) -> Void) {
        clearProgress()
        if isJSON {
            var writer = JSONWriter()
            writer.object(json)
            Swift.print(String(decoding: writer.bytes, as: UTF8.self))
        } else {
            Swift.print(text())
        }
    }

    /// Prints an error to standard error.
    func printError(_ sentence: String) {
        clearProgress()
        write(sentence + "\n")
    }

    /// Shows the progress of a command that takes longer than a second: one line that is overwritten on a terminal, and
    /// a line every five seconds elsewhere.
    func showProgress(_ text: String) {
        let now = monotonicNanoseconds()
        guard now - began > 1_000_000_000, now - shownAt > (isTerminal ? 100_000_000 : 5_000_000_000) else { return }
        shownAt = now
        write(isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
    }

    private func clearProgress() {
        if isTerminal, shownAt > 0 { write("\r\u{1B}[K") }
        shownAt = 0
    }

    private func write(_ text: String) {
        _ = Glibc.write(STDERR_FILENO, text, text.utf8.count)
    }
}
