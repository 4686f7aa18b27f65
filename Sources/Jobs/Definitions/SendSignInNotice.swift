package import Domain

/// Tell somebody that they, or somebody else, have logged in from where the account was not seen before.
package struct SendSignInNotice: Job, Equatable {
    package static let kind = "send-sign-in-notice"
    package static let queue = QueueName.email
    package static let attempts = 20

    package let account: UserID
    package let session: SessionID

    package init(account: UserID, session: SessionID) {
        self.account = account
        self.session = session
    }

    package var uniqueness: Uniqueness? { .for(.seconds(60), account.description) }
}
