/// The five characters with which PostgreSQL says what went wrong (its manual, appendix A). Others than these exist.
package struct SQLState: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let notNullViolation = SQLState(rawValue: "23502")
    package static let foreignKeyViolation = SQLState(rawValue: "23503")
    package static let uniqueViolation = SQLState(rawValue: "23505")
    package static let checkViolation = SQLState(rawValue: "23514")
    package static let characterNotInRepertoire = SQLState(rawValue: "22021")
    package static let serializationFailure = SQLState(rawValue: "40001")
    package static let deadlock = SQLState(rawValue: "40P01")
    package static let undefinedTable = SQLState(rawValue: "42P01")
    package static let queryCancelled = SQLState(rawValue: "57014")
    package static let cannotConnect = SQLState(rawValue: "08001")
    static let unknownStatement = SQLState(rawValue: "26000")
    static let featureNotSupported = SQLState(rawValue: "0A000")

    /// Whether messages of this class speak only of the schema and the server, never of values.
    var hasHarmlessMessages: Bool {
        let classes: Set<Substring> = [
            "0A", "23", "25", "26", "28", "3D", "40", "42", "53", "54", "55", "57", "58", "XX",
        ]
        return classes.contains(rawValue.prefix(2))
    }
}
