/// Where and how mail is handed in.
package struct MailSettings: Equatable, Sendable {
    package enum Security: Equatable, Sendable {
        /// `smtp://`: STARTTLS if the server offers it.
        case whenOffered
        /// `smtps://`: TLS from the first byte.
        case always
    }

    /// Who hands it in.
    package struct Login: Equatable, Sendable, CustomStringConvertible {
        package let user: String
        package let password: String

        /// Without the password.
        package var description: String { user }
    }

    package let security: Security
    /// A name or an address; one of IP version 6 without its brackets.
    package let host: String
    package let port: Int
    package let login: Login?
}
