import Chassis
import Postgres

/// A transaction that a test keeps open.
///
/// `@unchecked Sendable`: the connection is touched by the one thread of its pool alone.
final class HeldTransaction: @unchecked Sendable {
    private let pool = BlockingPool(name: "transaction", threads: 1, queueLimit: 10)
    private var connection: BlockingConnection?

    static func begin(in database: Secret<String>) async throws -> HeldTransaction {
        let transaction = HeldTransaction()
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
