package import Domain

/// Mail the link that sets a new password (S2-60). The link's secret is computed when the mail is written, so that it is
/// stored nowhere.
package struct SendPasswordReset: Job, Equatable {
    package static let kind = "send-reset-password"
    package static let queue = QueueName.email
    package static let attempts = 10

    package let link: EmailTokenID
    /// To which address, in lower case: one such mail a minute.
    package let email: String

    package init(link: EmailTokenID, email: String) {
        self.link = link
        self.email = email
    }

    package var uniqueness: Uniqueness? { .for(.seconds(60), email) }
}
