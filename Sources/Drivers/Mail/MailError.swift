/// Why a message was not sent. The texts are for the log; they hold no password.
package enum MailError: Error, Equatable {
    /// The server refused this message and always will (a 5xx reply to it): sending it again is useless.
    case permanent(String)
    /// Something that passes or that an operator mends: the network, a 4xx reply, a certificate, the login.
    case temporary(String)
}
