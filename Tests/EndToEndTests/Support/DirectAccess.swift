import Chassis
import Postgres
import Redis
import TestSupport

/// A transaction that a test keeps open.
///
/// `@unchecked Sendable`: the connection is touched by the one thread of its pool alone.
final class OpenTransaction: @unchecked Sendable {
    private let pool = BlockingPool(name: "transaction", threads: 1, queueLimit: 10)
    private var connection: BlockingConnection?

    static func begin(in database: Secret<String>) async throws -> OpenTransaction {
        let transaction = OpenTransaction()
        try await transaction.pool.run {
            transaction.connection = try BlockingConnection.open(database)
            try transaction.connection?.run("BEGIN")
        }
        return transaction
    }

    func run(_ sql: String) async throws {
        try await pool.run { [self] in try connection?.run(sql) }
    }

    func commit() async throws {
        try await run("COMMIT")
        try await pool.run { [self] in connection = nil }
    }
}

extension RedisServer {
    /// Removes all keys (FLUSHALL).
    func flush() async throws { try await run(["FLUSHALL"]) }

    /// Sends one command.
    func run(_ command: [String]) async throws {
        let settings = try RedisSettings(url: url, prefix: "")
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: settings, log: Log(level: .error, format: .text, to: .standardError))
            redis.start()
            await redis.connected()
            _ = try await redis.command(command.map { RedisArgument($0) })
            await redis.close()
        }
    }
}
