/// Why a connection ended.
enum ConnectionLoss: Equatable, CustomStringConvertible {
    /// The network or the protocol, in hiredis's words.
    case failed(String)
    case connectTimedOut
    /// A command stayed unanswered for too long.
    case silent
    /// The server answered the greeting (AUTH, SELECT, …) with an error.
    case refused(RedisFailure)
    /// The server has become a replica: the address leads elsewhere now, or will soon.
    case readOnly
    /// The waiting command was cancelled.
    case abandoned
    case closed

    /// What the commands that were in flight are told.
    var error: RedisError { self == .silent ? .timedOut : .connectionLost }

    var description: String {
        switch self {
        case .failed(let reason): reason
        case .connectTimedOut: "no answer while connecting"
        case .silent: "a command stayed unanswered"
        case .refused(let failure): failure.message
        case .readOnly: "the server is read-only"
        case .abandoned: "a blocking command was cancelled"
        case .closed: "closed"
        }
    }
}
