internal import CLinux
import Glibc

/// A way for mail to leave.
package protocol MailTransport: Sendable {
    /// Returns when the message is where it should be. Sending it again is harmless: it has the same Message-ID.
    ///
    /// Blocks: call on a thread of your own or on a `BlockingPool`. Any number of threads may call at once.
    func send(_ message: MailMessage) throws(MailError)
}

/// Why a message was not sent. The texts are for the log; they hold no password.
package enum MailError: Error, Equatable {
    /// The server refused this message and always will (a 5xx reply to it): sending it again is useless.
    case permanent(String)
    /// Something that passes or that an operator mends: the network, a 4xx reply, a certificate, the login.
    case temporary(String)
}

/// Keeps mail as files `<message id>.eml` instead of sending it: what a machine without a mail server does.
package struct MailFolder: MailTransport {
    private let directory: String

    /// - Parameter directory: Made with the first message; what it lies in must exist.
    package init(directory: String) {
        self.directory = directory
    }

    /// A file is there whole or not at all; the same message again replaces it.
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
