/// A way for mail to leave.
package protocol MailTransport: Sendable {
    /// Returns when the message is where it should be. Sending it again is harmless: it has the same Message-ID.
    ///
    /// Blocks: call on a thread of your own or on a `BlockingPool`. Any number of threads may call at once.
    func send(_ message: MailMessage) throws(MailError)
}
