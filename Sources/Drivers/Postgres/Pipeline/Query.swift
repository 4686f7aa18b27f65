internal import Chassis

/// One statement with its parameters on its way to an answer. Belongs to the loop of its ``Database``.
final class Query {
    enum Effect {
        /// May be sent again at any time.
        case read
        /// Must not be sent again once the server may have seen it.
        case write
        /// A write that shares its transaction with others of the same turn, until one of them fails: then nothing of
        /// them has happened, and each is sent again alone.
        case sharedWrite
    }
    typealias Answer = Result<Rows, PostgresError>

    let statement: Statement
    let values: [PostgresValue]
    let effect: Effect
    /// When it was asked or lost its connection, in nanoseconds of the loop's clock.
    var waitsSince: UInt64
    private let continuation: UnsafeContinuation<Answer, Never>
    /// Which preparation of the statement it was sent with.
    var preparation = 0
    var wasPreparedAgain = false
    var wasIsolated = false
    var survivedLoss = false

    init(
        _ statement: Statement, _ values: [PostgresValue], _ effect: Effect, at now: UInt64,
        _ continuation: UnsafeContinuation<Answer, Never>
    ) {
        self.statement = statement
        self.values = values
        self.effect = effect
        waitsSince = now
        self.continuation = continuation
    }

    /// Whether it stands between the same two Syncs as others like it.
    var isShared: Bool { effect == .sharedWrite && !wasIsolated }

    /// Answers the one who asked; must be called exactly once.
    func finish(_ answer: Answer) {
        continuation.resume(returning: answer)
    }
}
