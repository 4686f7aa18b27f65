package import Chassis
import Glibc
import Postgres
import Synchronization

/// A database of one test: the product's schema, nothing in it, and gone afterwards.
package struct TestDatabase: Sendable {
    package let url: Secret<String>

    /// The database of the running test; see the trait `.database`.
    package static var current: TestDatabase {
        guard let database = scoped else { preconditionFailure("the test or its suite needs the trait .database") }
        return database
    }
    @TaskLocal static var scoped: TestDatabase?

    private static let pool = BlockingPool(name: "test-database", threads: 4, queueLimit: 10_000)
    private static let template = Mutex<String?>(nil)
    private static let number = Atomic<Int>(0)

    /// Runs a body with a database of its own, and drops that when the body is over.
    static func withNew<Value: Sendable>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
        let server = try TestServers.databaseURL
        let name = "test_\(getpid())_\(number.wrappingAdd(1, ordering: .relaxed).oldValue)"
        try await pool.run {
            let template = try template.withLock { known in
                let name = try known ?? DatabaseTemplate.ensure(on: server)
                known = name
                return name
            }
            let connection = try BlockingConnection.open(server)
            try connection.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
            try connection.run("CREATE DATABASE \(name) TEMPLATE \(template)")
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(TestDatabase(url: server.naming(database: name))))
        } catch {
            result = .failure(error)
        }
        try await pool.run { try BlockingConnection.open(server).run("DROP DATABASE \(name) WITH (FORCE)") }
        return try result.get()
    }
}

/// Runs a body with a database of its own, which has the product's schema.
package func withDatabase<Value: Sendable>(_ body: (Secret<String>) async throws -> Value) async throws -> Value {
    try await TestDatabase.withNew { try await body($0.url) }
}

extension Secret<String> {
    /// The same server, another database.
    package func naming(database: String) -> Secret<String> {
        let end = exposed.firstIndex(of: "?") ?? exposed.endIndex
        let authority = exposed.firstRange(of: "://")?.upperBound ?? exposed.startIndex
        let path = exposed[authority..<end].firstIndex(of: "/") ?? end
        return Secret("\(exposed[..<path])/\(database)\(exposed[end...])")
    }
}
