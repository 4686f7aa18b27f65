internal import CLinux
package import Chassis
import Glibc

/// Sends mail.
package protocol MailTransport: Sendable {
    /// Sends a message; returns when it was accepted. Sending it again is harmless: it has the same Message-ID.
    ///
    /// Blocks, for minutes if the server is slow: call it on your own thread or on a `BlockingPool`. Thread-safe.
    /// - Parameter onDelay: Called once if the server is slow, on the calling thread, while it continues to wait.
    func send(_ message: MailMessage, onDelay: @escaping @Sendable () -> Void) throws(MailError)
}

/// The reason why a message was not sent. The texts are for the log and the job; they hold the server's own reply, and
/// no password.
package enum MailError: MachineError, Equatable, CustomStringConvertible {
    /// The server rejected this message permanently (a 5xx reply to it): retrying is useless.
    case permanent(String)
    /// A failure of this message that may pass: a 4xx reply to it, no reply, a lost connection.
    case temporary(String)
    /// No message can be sent: the server cannot be reached, takes no mail, or refuses certificate, login or sender;
    /// or the mail folder is not writable.
    case unavailable(MachineCondition, String)

    package var machineCondition: MachineCondition? {
        if case .unavailable(let condition, _) = self { condition } else { nil }
    }

    package var description: String {
        switch self {
        case .permanent(let reason), .temporary(let reason), .unavailable(_, let reason): reason
        }
    }
}

/// Writes mail to files `<message id>.eml` instead of sending it, for machines without a mail server.
package struct MailFolder: MailTransport {
    private let directory: String

    /// - Parameter directory: Created with the first message; its parent must exist.
    package init(directory: String) {
        self.directory = directory
    }

    /// Writes the file atomically; the same message again replaces it.
    package func send(_ message: MailMessage, onDelay: @escaping @Sendable () -> Void) throws(MailError) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw failure() }
        let name = "\(directory)/\(message.id).eml"
        let unfinished = "\(directory)/.\(message.id).\(UInt64.random(in: 0 ... .max))"
        do throws(MailError) {
            try write(message.rendered(), to: unfinished)
            guard rename(unfinished, name) == 0 else { throw failure() }
        } catch {
            unlink(unfinished)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(MailError) {
        let file = clinux_open_create(path)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw failure() }
            rest = rest.dropFirst(max(count, 0))
        }
        guard fsync(file) == 0 else { throw failure() }
    }

    private func failure() -> MailError {
        let code = errno
        return .unavailable(
            MachineCondition(code: code) ?? .storeUnavailable,
            "The mail folder is not writable: \(String(cString: strerror(code)))")
    }
}
