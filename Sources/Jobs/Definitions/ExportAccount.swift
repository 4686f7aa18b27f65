package import Domain

/// Put everything together that there is about somebody, for them to download.
package struct ExportAccount: Job, Equatable {
    package static let kind = "export-account"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)
    package static let attempts = 5

    package let account: UserID

    package init(account: UserID) {
        self.account = account
    }

    package var uniqueness: Uniqueness? { .whileQueued(account.description) }
}
