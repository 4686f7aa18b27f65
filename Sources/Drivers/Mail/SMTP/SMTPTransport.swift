import Synchronization

/// Hands mail in at a server by SMTP (RFC 5321) with libcurl.
///
/// Every thread that sends has a connection of its own meanwhile, and connections are used again.
package final class SMTPTransport: MailTransport {
    private let settings: MailSettings
    private let limits: SMTPLimits
    private let authorities: String?
    private let idle = Mutex<[SMTPConnection]>([])

    /// `authorities` is a PEM file of the certificate authorities to trust, nil for the system's.
    package init(_ settings: MailSettings, limits: SMTPLimits = SMTPLimits(), authorities: String? = nil) {
        self.settings = settings
        self.limits = limits
        self.authorities = authorities
    }

    package func send(_ message: MailMessage) throws(MailError) {
        let connection =
            idle.withLock { $0.popLast() } ?? SMTPConnection(settings, limits: limits, authorities: authorities)
        defer { idle.withLock { $0.append(connection) } }
        try connection.send(message)
    }
}
