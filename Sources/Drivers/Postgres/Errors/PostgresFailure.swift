/// Why PostgreSQL refused a statement. Never holds a parameter's value.
package struct PostgresFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let sqlState: SQLState
    /// The name of the violated constraint or unique index.
    package let constraint: String?
    /// The server's sentence; a fixed one where the server's would repeat values.
    package let message: String

    package var description: String {
        "\(sqlState.rawValue)\(constraint.map { " (\($0))" } ?? ""): \(message)"
    }
}
