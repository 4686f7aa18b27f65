package import Domain

/// Mail somebody what they have not read yet, all of it together.
package struct SendDigest: Job, Equatable {
    package static let kind = "send-digest"
    package static let queue = QueueName.email
    package static let attempts = 20

    package let account: UserID

    package init(account: UserID) {
        self.account = account
    }

    package var uniqueness: Uniqueness? { .whileQueued(account.description) }
}
