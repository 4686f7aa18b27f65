/// How long a server may take.
package struct SMTPLimits: Sendable {
    /// Until it can be spoken to: name, TCP, TLS and greeting.
    package let connecting: Duration
    /// Until it has taken a message, connecting included.
    package let sending: Duration

    package init(connecting: Duration = .seconds(5), sending: Duration = .seconds(15)) {
        self.connecting = connecting
        self.sending = sending
    }
}
