import Chassis
import Postgres
import Storage

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
        let steps = [Migration].all.map { $0.name + $0.checksum }
        return Migration(name: "all", sql: steps.joined()).checksum
    }
}
