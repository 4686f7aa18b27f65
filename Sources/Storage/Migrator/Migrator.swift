package import Chassis
package import Postgres

/// Brings the schema to where the program needs it: forward only, each step in a transaction with its bookkeeping row.
/// Any number of processes may try at once; one works, and the others wait and find nothing to do.
package struct Migrator: Sendable {
    /// The number of PostgreSQL's advisory lock; chosen at random, and the same for ever.
    private static let lock = 7_262_954_771_208_433

    private let migrations: [Migration]

    package init(_ migrations: [Migration] = .all) {
        self.migrations = migrations
    }

    /// Runs the steps that are missing. Blocks: not for an event loop.
    /// - Returns: The names of the steps that were run.
    /// - Throws: ``MigrationError``; steps before the one that failed stay done.
    package func migrate(_ url: Secret<String>) throws(MigrationError) -> [String] {
        try locked(url) { connection throws(MigrationError) in
            try translating { () throws(PostgresError) in try connection.run(Self.table) }
            let pending = try pending(in: connection)
            for migration in pending { try run(migration, in: connection) }
            return pending.map(\.name)
        }
    }

    /// Says what ``migrate(_:)`` would do, and changes nothing. Blocks: not for an event loop.
    package func plan(_ url: Secret<String>) throws(MigrationError) -> MigrationPlan {
        try locked(url) { connection throws(MigrationError) in
            MigrationPlan(pending: try pending(in: connection))
        }
    }

    /// What every process asks at its start. Call on the database's loop.
    /// - Throws: ``MigrationError/schemaTooOld(missing:)`` when a step is missing. A schema that is newer than the
    ///   program is fine: steps never break the programs that run while they are rolled out.
    package func check(_ database: Database) async throws(MigrationError) {
        var done: Set<String> = []
        do {
            for var row in try await database.read(Self.names) { done.insert(try row.text()) }
        } catch .rejected(let failure) where failure.sqlState == .undefinedTable {
            done = []
        } catch {
            throw .database(error)
        }
        let missing = migrations.map(\.name).filter { !done.contains($0) }
        if !missing.isEmpty { throw .schemaTooOld(missing: missing) }
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS migrations (
            name       text PRIMARY KEY,
            checksum   text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """
    private static let names = Statement("migrations.names", "SELECT name FROM migrations")

    /// The lock belongs to the session, and ends with it.
    private func locked<Value>(
        _ url: Secret<String>, _ work: (BlockingConnection) throws(MigrationError) -> Value
    ) throws(MigrationError) -> Value {
        let connection = try translating { () throws(PostgresError) in
            let connection = try BlockingConnection.open(url)
            _ = try connection.query("SELECT pg_advisory_lock($1::bigint)", [.integer(Self.lock)])
            return connection
        }
        return try work(connection)
    }

    private func pending(in connection: BlockingConnection) throws(MigrationError) -> [Migration] {
        let done = try translating { () throws(PostgresError) in try Self.done(in: connection) }
        let changed = migrations.filter { done[$0.name].map { [checksum = $0.checksum] in $0 != checksum } ?? false }
        if !changed.isEmpty { throw .changed(changed.map(\.name)) }
        return migrations.filter { done[$0.name] == nil }
    }

    /// The checksums of the steps that have been run, by name.
    private static func done(in connection: BlockingConnection) throws(PostgresError) -> [String: String] {
        var table = try connection.query("SELECT to_regclass('migrations') IS NOT NULL")[0]
        guard try table.bool() else { return [:] }
        var done: [String: String] = [:]
        for var row in try connection.query("SELECT name, checksum FROM migrations") {
            done[try row.text()] = try row.text()
        }
        return done
    }

    private func run(_ migration: Migration, in connection: BlockingConnection) throws(MigrationError) {
        do {
            try connection.run("BEGIN")
            try connection.run(migration.sql)
            _ = try connection.query(
                "INSERT INTO migrations (name, checksum) VALUES ($1, $2)",
                [.text(migration.name), .text(migration.checksum)])
            try connection.run("COMMIT")
        } catch {
            // The session, and with it the transaction, ends when the caller lets go of the connection.
            throw .failed(migration.name, error)
        }
    }

    private func translating<Value>(_ work: () throws(PostgresError) -> Value) throws(MigrationError) -> Value {
        do { return try work() } catch { throw .database(error) }
    }
}
