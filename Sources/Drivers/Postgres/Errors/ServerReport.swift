internal import CPostgres

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
