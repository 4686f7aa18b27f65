package import Domain

/// Tell somebody that their password was changed.
package struct SendPasswordChanged: Job, Equatable {
    package static let kind = "send-password-changed"
    package static let queue = QueueName.email
    package static let attempts = 20

    package let account: UserID

    package init(account: UserID) {
        self.account = account
    }

    package var uniqueness: Uniqueness? { .for(.seconds(60), account.description) }
}
