package import Chassis
import Glibc
import Postgres
import Storage
import Synchronization
package import Testing

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

/// Gives each test a database of its own, as ``TestDatabase/current``.
package struct DatabaseTrait: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestDatabase.withNew { database in
            try await TestDatabase.$scoped.withValue(database) { try await function() }
        }
    }
}

extension Trait where Self == DatabaseTrait {
    /// Each test of the suite has a database of its own.
    package static var database: Self { Self() }
}

/// A database with the product's schema, made once for all test processes that know the same migrations, and copied
/// for every test.
///
/// It is made under another name and renamed when it is complete, so that a test run that dies leaves no half of one.
enum DatabaseTemplate {
    /// The number of the advisory lock under which templates are made.
    private static let lock = 4_801_922_776_150_311

    /// Makes it unless it exists; blocks.
    /// - Returns: Its name.
    static func ensure(on server: Secret<String>) throws -> String {
        let name = "template_\(checksum)"
        let connection = try BlockingConnection.open(server)
        _ = try connection.query("SELECT pg_advisory_lock($1::bigint)", [.integer(lock)])
        guard try connection.query("SELECT FROM pg_database WHERE datname = $1", [.text(name)]).isEmpty else {
            return name
        }
        try connection.run("DROP DATABASE IF EXISTS \(name)_new WITH (FORCE)")
        try connection.run("CREATE DATABASE \(name)_new")
        _ = try Migrator().migrate(server.naming(database: "\(name)_new"))
        try connection.run("ALTER DATABASE \(name)_new RENAME TO \(name)")
        return name
    }

    private static var checksum: String {
        let steps = [Migration].all.map { $0.name + $0.checksum } + [SQLFunctions].all.map { $0.name + $0.checksum }
        return Migration(name: "all", sql: steps.joined()).checksum
    }
}
