internal import CHiredis
package import Chassis

/// The reason why a command failed.
package enum RedisError: Error, Equatable, Sendable {
    /// There is no connection, or too many commands are in flight: nothing was sent.
    case unavailable
    /// The connection was lost before the reply: the command may or may not have been executed.
    case connectionLost
    /// The server did not reply in time, so the connection was closed: the command may have been executed, or may still
    /// be.
    case timedOut
    /// The server replied with an error.
    case rejected(RedisFailure)
}

extension RedisError: MachineError {
    /// Replies that say that the server cannot write, or not yet.
    private static let serverCodes: Set<String> = [
        "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN",
    ]

    package var machineCondition: MachineCondition? {
        switch self {
        case .unavailable, .connectionLost, .timedOut: .redisUnavailable
        case .rejected(let failure): Self.serverCodes.contains(failure.code) ? .redisUnavailable : nil
        }
    }
}

/// An error reply of Redis.
package struct RedisFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The error prefix: `WRONGTYPE`, `NOSCRIPT`, `READONLY`, `LOADING`, `OOM`, `MISCONF`, …; `ERR` if there is none.
    package let code: String
    /// The whole error line, code included; prefixed with the script's name if a script failed.
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

    /// Returns a copy with the script's name: Redis itself reports only its hash.
    func inScript(_ name: StaticString) -> RedisFailure {
        RedisFailure(code: code, message: "\(name): \(message)")
    }

    package var description: String { message }
}

/// The reason why a connection ended.
enum ConnectionLoss: Equatable, CustomStringConvertible {
    /// A network or protocol error, with hiredis's message.
    case failed(String)
    case connectTimedOut
    /// A command got no reply in time.
    case replyTimedOut
    /// The server replied to the handshake (AUTH, SELECT, …) with an error.
    case refused(RedisFailure)
    /// The server has become a read-only replica: the address leads to another server, or will soon.
    case readOnly
    /// The pending blocking command was cancelled.
    case cancelled
    case closed

    /// The error of the commands that were in flight.
    var error: RedisError { self == .replyTimedOut ? .timedOut : .connectionLost }

    var description: String {
        switch self {
        case .failed(let reason): reason
        case .connectTimedOut: "timed out while connecting"
        case .replyTimedOut: "a command got no reply in time"
        case .refused(let failure): failure.message
        case .readOnly: "the server is read-only"
        case .cancelled: "a blocking command was cancelled"
        case .closed: "closed"
        }
    }
}

extension redisAsyncContext {
    /// hiredis's error message.
    var reason: String { err == 0 ? "closed" : errstr.map { String(cString: $0) } ?? "unknown" }
}
