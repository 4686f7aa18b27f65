/// Why a command has no answer.
package enum RedisError: Error, Equatable, Sendable {
    /// There is no connection, or too many commands wait on it: nothing was sent.
    case unavailable
    /// The connection ended before the answer: the command may or may not have been carried out.
    case connectionLost
    /// The server did not answer in time, so its connection was given up: the command may or may not have been, or
    /// may still be, carried out.
    case timedOut
    /// The server's own refusal.
    case rejected(RedisFailure)
}
