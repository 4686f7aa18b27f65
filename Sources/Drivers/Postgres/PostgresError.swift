internal import CPostgres
package import Chassis

/// The reason why a query failed.
package enum PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There was no connection for three seconds, or the queue is full. The query was not run.
    case unavailable
    /// The connection was lost before the result: a write may or may not be committed.
    case connectionLost
    /// The statement exceeded `statement_timeout`, or an operator cancelled it. It was rolled back.
    case timedOut
    /// PostgreSQL reported an error. The statement was rolled back.
    // Indirect, so that every function that may throw it reserves two words for it instead of six.
    indirect case rejected(PostgresFailure)
    /// The result does not have the columns that the code reads.
    case unexpectedResult(String)

    package var description: String {
        switch self {
        case .unavailable: "PostgreSQL is unavailable or overloaded"
        case .connectionLost: "the connection to PostgreSQL was lost before the result"
        case .timedOut: "the statement timed out"
        case .rejected(let failure): "PostgreSQL rejected the statement: \(failure)"
        case .unexpectedResult(let what): "unexpected result of PostgreSQL: \(what)"
        }
    }
}

extension PostgresError: MachineError {
    package var machineCondition: MachineCondition? {
        switch self {
        case .unavailable, .connectionLost: .databaseUnavailable
        case .rejected(let failure): failure.sqlState.machineCondition
        case .timedOut, .unexpectedResult: nil
        }
    }
}

extension SQLState {
    /// The condition that the server's resources and state are the cause of: the classes 08 (connection), 53
    /// (insufficient resources), 57P (shutdown, start), 58 (system error), and a server that became a replica.
    fileprivate var machineCondition: MachineCondition? {
        switch rawValue {
        case "53100": .diskFull
        case "53200": .outOfMemory
        case "25006": .databaseUnavailable
        default:
            ["08", "53", "57P", "58"].contains(where: rawValue.hasPrefix) ? .databaseUnavailable : nil
        }
    }
}

/// An error report of PostgreSQL. Never holds a parameter's value.
package struct PostgresFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let sqlState: SQLState
    /// The name of the violated constraint or unique index.
    package let constraint: String?
    /// The server's message; a fixed text where the server's may repeat values.
    package let message: String

    package var description: String {
        "\(sqlState.rawValue)\(constraint.map { " (\($0))" } ?? ""): \(message)"
    }
}

/// The error fields of a libpq result.
struct ServerReport {
    let failure: PostgresFailure
    /// Whether the session has ended: severity FATAL or PANIC, or a result that libpq made itself because the
    /// connection is lost.
    let endsSession: Bool
    /// Whether the statement must be prepared again: the server does not know it, or its cached plan no longer fits the
    /// tables. The latter shares its SQLSTATE with other errors; the reporting function distinguishes it, because
    /// messages are localised.
    let needsPreparation: Bool

    init(_ result: OpaquePointer?) {
        let state = Self.field(result, "C").map(SQLState.init(rawValue:))
        let severity = Self.field(result, "V")
        endsSession = state == nil || severity == "FATAL" || severity == "PANIC"
        needsPreparation =
            state == .unknownStatement
            || (state == .featureNotSupported && Self.field(result, "R") == "RevalidateCachedQuery")
        let message = Self.field(result, "M") ?? "no message"
        failure = PostgresFailure(
            sqlState: state ?? SQLState(rawValue: "08006"),
            constraint: Self.field(result, "n"),
            message: state?.messagesOmitValues ?? true ? message : "the server's message may repeat values")
    }

    var error: PostgresError { failure.sqlState == .queryCancelled ? .timedOut : .rejected(failure) }

    /// - Parameter code: A PG_DIAG character of libpq.
    private static func field(_ result: OpaquePointer?, _ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, CInt(code.value)).map { String(cString: $0) }
    }
}

/// An SQLSTATE code (PostgreSQL manual, appendix A). Other values exist.
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
    /// An escape such as `\u0000` in JSON for which the database has no character.
    package static let untranslatableCharacter = SQLState(rawValue: "22P05")
    static let unknownStatement = SQLState(rawValue: "26000")
    static let featureNotSupported = SQLState(rawValue: "0A000")

    /// Whether a text parameter, or a text in a JSON parameter, contains U+0000 or another character that PostgreSQL
    /// cannot store.
    package var isUnstorableText: Bool { self == .characterNotInRepertoire || self == .untranslatableCharacter }

    /// Whether messages of this class name only the schema and the server, never values.
    var messagesOmitValues: Bool {
        let classes: Set<Substring> = [
            "0A", "23", "25", "26", "28", "3D", "40", "42", "53", "54", "55", "57", "58", "XX",
        ]
        return classes.contains(rawValue.prefix(2))
    }
}
