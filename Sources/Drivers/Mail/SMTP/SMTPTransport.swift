import Chassis
import Synchronization

/// Submits mail by SMTP (RFC 5321) with libcurl.
///
/// Each sending thread uses its own connection; idle connections are reused. A connection whose last exchange did not
/// end with the server's reply is closed: a late reply would be taken for the one to the next message.
package final class SMTPTransport: MailTransport {
    private let settings: MailSettings
    private let limits: SMTPLimits
    private let authorities: String?
    private let idleLimit: Int
    private let idle = Mutex<[SMTPConnection]>([])

    /// - Parameters:
    ///   - idleLimit: How many connections stay open between messages.
    ///   - authorities: A PEM file of trusted certificate authorities; nil for the system's.
    package init(
        _ settings: MailSettings, limits: SMTPLimits = SMTPLimits(), idleLimit: Int = 4, authorities: String? = nil
    ) {
        self.settings = settings
        self.limits = limits
        self.idleLimit = idleLimit
        self.authorities = authorities
    }

    package func send(_ message: MailMessage, onDelay: @escaping @Sendable () -> Void) throws(MailError) {
        let connection =
            idle.withLock { $0.popLast() } ?? SMTPConnection(settings, limits: limits, authorities: authorities)
        defer {
            if connection.isReusable {
                idle.withLock { connections in
                    if connections.count < idleLimit { connections.append(connection) }
                }
            }
        }
        try connection.send(message, onDelay: onDelay)
    }
}

/// The timeouts of SMTP, of the magnitudes of RFC 5321, section 4.5.3.2.
package struct SMTPLimits: Sendable {
    /// The timeout for connecting: name resolution, TCP, TLS and greeting.
    package let connecting: Duration
    /// The timeout until the last byte of the message is sent, connecting included.
    package let preparing: Duration
    /// The timeout for the reply to the message. A client that gives up earlier sends a message again that the server
    /// has accepted.
    package let accepting: Duration
    /// The time after which a message is delayed.
    package let delayed: Duration

    package init(
        connecting: Duration = .seconds(60), preparing: Duration = .seconds(300),
        accepting: Duration = .seconds(600), delayed: Duration = .seconds(3)
    ) {
        self.connecting = connecting
        self.preparing = preparing
        self.accepting = accepting
        self.delayed = delayed
    }
}
