internal import Chassis

/// One execution of a statement with its parameters. Confined to the loop of its ``Database``.
final class Query {
    enum Effect {
        /// Changes nothing; may be sent again at any time.
        case read
        /// Must not be sent again once the server may have seen it.
        case write
        /// A write that shares its transaction with others of the same turn; if one fails, all are rolled back and each
        /// is sent again, isolated.
        case sharedWrite
    }
    typealias Outcome = Result<Rows, PostgresError>

    let statement: Statement
    let values: [PostgresValue]
    let effect: Effect
    /// When it was submitted or lost its connection, in nanoseconds of the loop's clock.
    var waitsSince: UInt64
    private let continuation: UnsafeContinuation<Outcome, Never>
    /// The number of the preparation with which it was sent.
    var preparation = 0
    var wasPreparedAgain = false
    var wasIsolated = false
    var wasResent = false

    init(
        _ statement: Statement, _ values: [PostgresValue], _ effect: Effect, at now: UInt64,
        _ continuation: UnsafeContinuation<Outcome, Never>
    ) {
        self.statement = statement
        self.values = values
        self.effect = effect
        waitsSince = now
        self.continuation = continuation
    }

    /// Whether it shares its Syncs with other writes.
    var isShared: Bool { effect == .sharedWrite && !wasIsolated }

    /// Resumes the caller; must be called exactly once.
    func finish(_ outcome: Outcome) {
        continuation.resume(returning: outcome)
    }
}
