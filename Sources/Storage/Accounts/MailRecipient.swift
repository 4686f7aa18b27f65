package import Domain

/// Whom a mail goes to.
package struct MailRecipient: Sendable {
    package let email: String
    package let username: String
    package let language: Language
}
