internal import CLinux
import Glibc

/// Sends mail.
package protocol MailTransport: Sendable {
    /// Sends a message; returns when it was accepted. Sending it again is harmless: it has the same Message-ID.
    ///
    /// Blocks: call it on your own thread or on a `BlockingPool`. Thread-safe.
    func send(_ message: MailMessage) throws(MailError)
}

/// The reason why a message was not sent. The texts are for the log; they hold no password.
package enum MailError: Error, Equatable {
    /// The server rejected this message permanently (a 5xx reply to it): retrying is useless.
    case permanent(String)
    /// A failure that passes or that an operator can fix: network, 4xx reply, certificate, login.
    case temporary(String)
}

/// Writes mail to files `<message id>.eml` instead of sending it, for machines without a mail server.
package struct MailFolder: MailTransport {
    private let directory: String

    /// - Parameter directory: Created with the first message; its parent must exist.
    package init(directory: String) {
        self.directory = directory
    }

    /// Writes the file atomically; the same message again replaces it.
    package func send(_ message: MailMessage) throws(MailError) {
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
        .temporary("The mail folder is not writable: \(String(cString: strerror(errno)))")
    }
}
