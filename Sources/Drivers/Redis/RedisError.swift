internal import CHiredis

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

/// An error that Redis answered.
package struct RedisFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its first word: `WRONGTYPE`, `NOSCRIPT`, `READONLY`, `LOADING`, `OOM`, `MISCONF`, …; `ERR` for those without.
    package let code: String
    /// The whole line, code included; the failure of a script has its name before it.
    package let message: String

    init(message: String) {
        let first = message.prefix { $0 != " " }
        let isCode = !first.isEmpty && first.utf8.allSatisfy { (0x41...0x5a).contains($0) }
        code = isCode ? String(first) : "ERR"
        self.message = message
    }

    private init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The same, telling where it happened: Redis itself only knows the script's hash.
    func inScript(_ name: StaticString) -> RedisFailure {
        RedisFailure(code: code, message: "\(name): \(message)")
    }

    package var description: String { message }
}

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

extension redisAsyncContext {
    /// hiredis's words for what went wrong.
    var reason: String { err == 0 ? "closed" : errstr.map { String(cString: $0) } ?? "unknown" }
}
