package import Domain

/// Make the counters of profiles equal to the rows they count.
package struct ReconcileCounters: Job, Equatable {
    package static let kind = "reconcile-counters"
    package static let queue = QueueName.counters
    package static let timeout = Duration.seconds(3_600)

    /// Nil for everybody's.
    package let account: UserID?

    package init(account: UserID? = nil) {
        self.account = account
    }

    package var uniqueness: Uniqueness? { .whileQueued(account?.description ?? "all") }
}
