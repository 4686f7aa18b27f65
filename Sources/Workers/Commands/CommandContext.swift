import Chassis
import Glibc
import Jobs
import Postgres
import Redis
import Storage

/// What a command works with: the connections, and how to speak to whoever asked.
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

    /// Connects; refuses a schema that is too old.
    func open() async throws {
        database.start()
        redis.start()
        do {
            try await Migrator().check(database)
        } catch MigrationError.database(let error) {
            throw error
        }
        for _ in 0..<150 where !redis.isConnected { try await loop.sleep(for: .milliseconds(20)) }
        if !redis.isConnected { throw RedisError.unavailable }
    }

    // MARK: Speaking

    /// The answer: text for people, or one JSON object for programs.
    func say(_ text: @autoclosure () -> String, json: (inout JSONWriter) -> Void) {
        clearProgress()
        if isJSON {
            var writer = JSONWriter()
            writer.object(json)
            print(String(decoding: writer.bytes, as: UTF8.self))
        } else {
            print(text())
        }
    }

    /// What went wrong, on standard error.
    func complain(_ sentence: String) {
        clearProgress()
        write(sentence + "\n")
    }

    /// How far something is that takes longer than a second: one line that is written again and again on a terminal, and a
    /// line now and then elsewhere.
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
