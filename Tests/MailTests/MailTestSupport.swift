import Chassis
import Mail
import TestSupport

private let senders = BlockingPool(name: "mail-tests", threads: 16, queueLimit: 1_000)

/// A message with a new id.
func testMail(
    id: String? = nil, from: String = "SocialPlay <no-reply@mail.test>", to: String = "anna@example.org",
    name: String? = nil, subject: String = "Hello", text: String = "Hello!\n", html: String? = nil
) throws -> MailMessage {
    try MailMessage(
        id: id ?? "job-\(UInt64.random(in: 0 ... .max))", from: MailAddress(parsing: from),
        to: MailAddress(name: name, address: to), subject: subject, text: text, html: html,
        date: Timestamp(unixSeconds: 1_710_498_600))
}

extension MailTransport {
    /// Sends a message on a thread that may block.
    func sendOnThread(_ message: MailMessage, onDelay: @escaping @Sendable () -> Void = {}) async throws {
        try await senders.run { try send(message, onDelay: onDelay) }
    }

    /// Sends a message and returns the error, if any.
    func failure(of message: MailMessage) async throws -> MailError? {
        do {
            try await sendOnThread(message)
            return nil
        } catch let error as MailError {
            return error
        }
    }
}

extension SMTPServer {
    func transport(limits: SMTPLimits = SMTPLimits(), authorities: String? = nil) throws -> SMTPTransport {
        SMTPTransport(
            try MailSettings.parse(url), limits: limits, authorities: authorities)
    }
}
