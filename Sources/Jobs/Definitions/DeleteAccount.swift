package import Domain

/// Remove what was somebody's, and then their account, which is closed already.
package struct DeleteAccount: Job, Equatable {
    package static let kind = "delete-account"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)
    package static let attempts = 20

    package let account: UserID

    package init(account: UserID) {
        self.account = account
    }
}
