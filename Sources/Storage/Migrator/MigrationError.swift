package import Postgres

/// Why the schema is not, or does not become, what the program needs; in words for an operator.
package enum MigrationError: Error, Equatable, CustomStringConvertible {
    /// The database could not be asked.
    case database(PostgresError)
    /// These steps were edited after they had been run here.
    case changed([String])
    /// This step failed and left nothing behind; those before it are done.
    case failed(String, PostgresError)
    /// The program needs steps that nobody has run here.
    case schemaTooOld(missing: [String])

    package var description: String {
        switch self {
        case .database(let error):
            "The schema could not be read: \(error)"
        case .changed(let names):
            "Migrations that ran here have been edited since: \(names.joined(separator: ", ")). "
                + "A shipped step is never changed; undo the edit and write a new step."
        case .failed(let name, let error):
            "The migration \(name) failed and was undone: \(error)"
        case .schemaTooOld(let missing):
            "The database is older than this program; it lacks \(missing.joined(separator: ", ")). Run: API migrate"
        }
    }
}
