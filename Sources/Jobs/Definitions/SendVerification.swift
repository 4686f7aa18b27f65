package import Domain

/// Mail the link that shows that an address is theirs. The link's secret is computed when the mail is written.
package struct SendVerification: Job, Equatable {
    package static let kind = "send-verification"
    package static let queue = QueueName.email
    package static let attempts = 20

    package let link: EmailTokenID
    /// For whom: one such mail a minute.
    package let account: UserID

    package init(link: EmailTokenID, account: UserID) {
        self.link = link
        self.account = account
    }

    package var uniqueness: Uniqueness? { .for(.seconds(60), account.description) }
}
