internal import CPostgres

/// What can become of a query.
package enum PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing was done: there was no connection for three seconds, or too many queries wait already.
    case unavailable
    /// The connection broke before the answer: a write may or may not have been done.
    case connectionLost
    /// The statement ran longer than its limit, or an operator cancelled it. Nothing was done.
    case timedOut
    /// PostgreSQL refused it. Nothing was done.
    // Indirect, so that every function that may throw it reserves two words for it instead of six.
    indirect case rejected(PostgresFailure)
    /// The answer does not have the columns that the code reads.
    case unexpectedAnswer(String)

    package var description: String {
        switch self {
        case .unavailable: "PostgreSQL cannot be reached or has too much to do"
        case .connectionLost: "the connection to PostgreSQL broke before the answer"
        case .timedOut: "the statement ran longer than its limit"
        case .rejected(let failure): "PostgreSQL refused the statement: \(failure)"
        case .unexpectedAnswer(let what): "PostgreSQL answered something else: \(what)"
        }
    }
}

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

/// What an error result of libpq says.
struct ServerReport {
    let failure: PostgresFailure
    /// Whether the session is over: the server said FATAL or PANIC, or libpq itself made the result because there is
    /// no server any more.
    let endsSession: Bool
    /// Whether a prepared statement has to be prepared again: the server does not know it, or its plan does not fit
    /// the changed tables. The latter shares its code with others; the function that reports it tells them apart,
    /// because messages are translated.
    let asksForPreparation: Bool

    init(_ result: OpaquePointer?) {
        let state = Self.field(result, "C").map(SQLState.init(rawValue:))
        let severity = Self.field(result, "V")
        endsSession = state == nil || severity == "FATAL" || severity == "PANIC"
        asksForPreparation =
            state == .unknownStatement
            || (state == .featureNotSupported && Self.field(result, "R") == "RevalidateCachedQuery")
        let message = Self.field(result, "M") ?? "no answer"
        failure = PostgresFailure(
            sqlState: state ?? SQLState(rawValue: "08006"),
            constraint: Self.field(result, "n"),
            message: state?.hasHarmlessMessages ?? true ? message : "the server's message may repeat values")
    }

    var error: PostgresError { failure.sqlState == .queryCancelled ? .timedOut : .rejected(failure) }

    /// The code is one of libpq's PG_DIAG characters.
    private static func field(_ result: OpaquePointer?, _ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, CInt(code.value)).map { String(cString: $0) }
    }
}

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
