package import Postgres

/// The reason why the schema is not, or cannot be made, the one that the program needs; for an operator.
package enum MigrationError: Error, Equatable, CustomStringConvertible {
    /// The database cannot be read.
    case database(PostgresError)
    /// These migrations were edited after they were applied here.
    case changed([String])
    /// This migration failed and was rolled back; those before it are applied.
    case failed(String, PostgresError)
    /// The program needs migrations that are not applied here.
    case schemaTooOld(missing: [String])

    package var description: String {
        switch self {
        case .database(let error):
            "The schema could not be read: \(error)"
        case .changed(let names):
            "Applied migrations have been edited: \(names.joined(separator: ", ")). "
                + "A shipped migration is never changed: undo the edit and write a new one."
        case .failed(let name, let error):
            "The migration \(name) failed and was rolled back: \(error)"
        case .schemaTooOld(let missing):
            "The database is older than this program; it lacks \(missing.joined(separator: ", ")). Run: API migrate"
        }
    }
}

/// The migrations and functions that ``Migrator/migrate(_:)`` would apply.
package struct MigrationPlan: Equatable, Sendable, CustomStringConvertible {
    /// In order.
    package let migrations: [Migration]
    package let functions: [SQLFunctions]

    package var names: [String] { migrations.map(\.name) + functions.map { "functions/\($0.name)" } }

    package var description: String {
        guard !names.isEmpty else { return "Nothing to do: the schema is up to date." }
        return
            (migrations.map { "-- \($0.name) (\($0.checksum))\n\($0.sql)" }
            + functions.map { "-- functions/\($0.name) (\($0.checksum))\n\($0.sql)" }).joined(separator: "\n")
    }
}
