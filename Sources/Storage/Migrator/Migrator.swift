package import Chassis
package import Postgres

/// Upgrades the schema to the version that the program needs: the missing migrations, each in a transaction with its
/// bookkeeping row, then the functions and views that have changed, in one transaction. Any number of processes may run
/// it at once; one works, and the others wait and find nothing to do.
package struct Migrator: Sendable {
    /// The key of PostgreSQL's advisory lock; chosen at random, and never changed.
    private static let lock = 7_262_954_771_208_433

    private let migrations: [Migration]
    private let functions: [SQLFunctions]

    package init(_ migrations: [Migration] = .all, functions: [SQLFunctions] = .all) {
        self.migrations = migrations
        self.functions = functions
    }

    /// Applies what is missing. Blocks: not for an event loop.
    /// - Returns: The names of the applied migrations, then of the functions as `functions/friends`.
    /// - Throws: ``MigrationError``; migrations before the failed one stay applied.
    package func migrate(_ url: Secret<String>) throws(MigrationError) -> [String] {
        try locked(url) { connection throws(MigrationError) in
            try translating { () throws(PostgresError) in
                try connection.run(Self.table("migrations"))
                try connection.run(Self.table("applied_functions"))
            }
            let plan = try plan(in: connection)
            for migration in plan.migrations {
                try transaction(in: connection, as: migration.name) { () throws(MigrationError) in
                    try apply(
                        migration.sql, in: connection, as: migration.name,
                        recording: "INSERT INTO migrations (name, checksum) VALUES ($1, $2)",
                        [.text(migration.name), .text(migration.checksum)])
                }
            }
            // All or none: they call each other.
            try transaction(in: connection, as: "functions") { () throws(MigrationError) in
                for functions in plan.functions {
                    try apply(
                        functions.sql, in: connection, as: "functions/\(functions.name)",
                        recording: """
                            INSERT INTO applied_functions (name, checksum) VALUES ($1, $2)
                            ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()
                            """, [.text(functions.name), .text(functions.checksum)])
                }
            }
            return plan.names
        }
    }

    /// Returns what ``migrate(_:)`` would apply, and changes nothing. Blocks: not for an event loop.
    package func plan(_ url: Secret<String>) throws(MigrationError) -> MigrationPlan {
        try locked(url) { connection throws(MigrationError) in try plan(in: connection) }
    }

    /// Checks at the start of a process that the schema is recent enough. Call on the database's loop.
    /// - Throws: ``MigrationError/schemaTooOld(missing:)`` if a migration or a file of functions is missing. A newer
    ///   schema is fine: an upgrade never breaks the programs that run while it is rolled out.
    package func check(_ database: Database) async throws(MigrationError) {
        var applied: Set<String> = []
        do {
            for var row in try await database.read(Self.names) { applied.insert(try row.text()) }
        } catch .rejected(let failure) where failure.sqlState == .undefinedTable {
            applied = []
        } catch {
            throw .database(error)
        }
        let missing =
            migrations.map(\.name).filter { !applied.contains($0) }
            + functions.map { "functions/\($0.name)" }.filter { !applied.contains($0) }
        if !missing.isEmpty { throw .schemaTooOld(missing: missing) }
    }

    private static func table(_ name: String) -> String {
        """
        CREATE TABLE IF NOT EXISTS \(name) (
            name       text PRIMARY KEY,
            checksum   text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """
    }

    private static let names = Statement(
        "migrations.names",
        "SELECT name FROM migrations UNION ALL SELECT 'functions/' || name FROM applied_functions")

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

    private func plan(in connection: BlockingConnection) throws(MigrationError) -> MigrationPlan {
        let (applied, known) = try translating { () throws(PostgresError) in
            (
                try Self.checksums(of: "migrations", in: connection),
                try Self.checksums(of: "applied_functions", in: connection)
            )
        }
        let changed = migrations.filter { applied[$0.name].map { [checksum = $0.checksum] in $0 != checksum } ?? false }
        if !changed.isEmpty { throw .changed(changed.map(\.name)) }
        return MigrationPlan(
            migrations: migrations.filter { applied[$0.name] == nil },
            functions: functions.filter { known[$0.name] != $0.checksum })
    }

    /// Returns the recorded checksums by name; none if the table does not exist.
    private static func checksums(
        of table: String, in connection: BlockingConnection
    ) throws(PostgresError) -> [String: String] {
        var exists = try connection.query("SELECT to_regclass($1) IS NOT NULL", [.text(table)])[0]
        guard try exists.bool() else { return [:] }
        var checksums: [String: String] = [:]
        for var row in try connection.query("SELECT name, checksum FROM \(table)") {
            checksums[try row.text()] = try row.text()
        }
        return checksums
    }

    /// If the work fails, the transaction ends with the session, when the caller releases the connection.
    private func transaction(
        in connection: BlockingConnection, as name: String, _ work: () throws(MigrationError) -> Void
    ) throws(MigrationError) {
        do { try connection.run("BEGIN") } catch { throw .failed(name, error) }
        try work()
        do { try connection.run("COMMIT") } catch { throw .failed(name, error) }
    }

    private func apply(
        _ sql: String, in connection: BlockingConnection, as name: String, recording record: String,
        _ values: [PostgresValue]
    ) throws(MigrationError) {
        do {
            try connection.run(sql)
            _ = try connection.query(record, values)
        } catch {
            throw .failed(name, error)
        }
    }

    private func translating<Value>(_ work: () throws(PostgresError) -> Value) throws(MigrationError) -> Value {
        do { return try work() } catch { throw .database(error) }
    }
}
