package import Chassis
import Foundation
import Postgres
import Storage

/// A PostgreSQL of one test, which may stop and start it; see ``withDatabaseServer(_:)``. Its programs are Debian's;
/// because they refuse to run as root, root runs them as the user `postgres`.
package final class DatabaseServer: Sendable {
    private static let programs = "/usr/lib/postgresql/15/bin"
    private static let pool = BlockingPool(name: "test-server", threads: 4, queueLimit: 100)

    private let directory: String
    private let port: Int

    private init() throws {
        port = try ProductPort.free()
        directory = "/tmp/postgres-\(getpid())-\(port)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if geteuid() == 0, let user = getpwnam("postgres") {
            chown(directory, user.pointee.pw_uid, user.pointee.pw_gid)
        }
        try run("initdb", ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
    }

    package var url: Secret<String> { Secret("postgresql://postgres@127.0.0.1:\(port)/postgres") }

    /// Starts it and waits until it answers.
    package func start() async throws {
        let options = "-p \(port) -k \(directory) -c fsync=off -c listen_addresses=127.0.0.1"
        try await Self.pool.run { [self] in try run("pg_ctl", ["start", "-w", "-l", "\(directory)/log", "-o", options])
        }
    }

    /// Applies the migrations.
    package func migrate() async throws {
        try await Self.pool.run { [url] in _ = try Migrator().migrate(url) }
    }

    /// Stops it as an operator does who does not wait for clients.
    package func stop() async throws {
        try await Self.pool.run { [self] in try run("pg_ctl", ["stop", "-w", "-m", "fast"]) }
    }

    fileprivate static func make() async throws -> DatabaseServer {
        try await pool.run { try DatabaseServer() }
    }

    fileprivate func remove() async throws {
        try await Self.pool.run { [self] in
            if FileManager.default.fileExists(atPath: "\(directory)/data/postmaster.pid") {
                try run("pg_ctl", ["stop", "-w", "-m", "immediate"])
            }
            try FileManager.default.removeItem(atPath: directory)
        }
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let asUser = geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        try runProgram(asUser + ["\(Self.programs)/\(program)", "-D", "\(directory)/data"] + arguments)
    }
}

/// Runs a body with a PostgreSQL of its own that has not been started yet.
package func withDatabaseServer<Value: Sendable>(
    _ body: (DatabaseServer) async throws -> Value
) async throws -> Value {
    let server = try await DatabaseServer.make()
    let result: Result<Value, any Error>
    do { result = .success(try await body(server)) } catch { result = .failure(error) }
    try await server.remove()
    return try result.get()
}
