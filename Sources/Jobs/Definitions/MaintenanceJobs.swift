package import Domain

/// Deletes everything that belongs to a closed account, then the account.
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

/// Collects all data of an account into a file that its user can download.
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

/// Removes account exports that have expired.
package struct PruneExports: Job, Equatable {
    package static let kind = "prune-exports"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(300)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Removes sessions that ended long ago.
package struct PruneSessions: Job, Equatable {
    package static let kind = "prune-sessions"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Removes notifications that no user will see again.
package struct PruneNotifications: Job, Equatable {
    package static let kind = "prune-notifications"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Removes old events of users.
package struct PruneUserEvents: Job, Equatable {
    package static let kind = "prune-user-events"
    package static let queue = QueueName.maintenance
    package static let durability = Durability.ephemeral(because: "the next run finds the same events, and more")
    package static let timeout = Duration.seconds(300)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Removes jobs whose retention time is over, and old rows of scheduled runs.
package struct PruneJobs: Job, Equatable {
    package static let kind = "prune-jobs"
    package static let queue = QueueName.maintenance
    package static let durability = Durability.ephemeral(because: "the next run finds the same rows, and more of them")
    package static let timeout = Duration.seconds(300)

    package init() {}
}

/// Removes files of interrupted uploads, and files of media that have no row.
package struct RemoveOrphanedUploads: Job, Equatable {
    package static let kind = "remove-orphaned-uploads"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Removes domain events that were published long ago.
package struct PruneEvents: Job, Equatable {
    package static let kind = "prune-events"
    package static let queue = QueueName.events
    package static let durability = Durability.ephemeral(because: "the next run finds the same events, and more")
    package static let timeout = Duration.seconds(300)

    package init() {}
}

/// Removes uploads in parts that have expired.
package struct PruneUploads: Job, Equatable {
    package static let kind = "prune-uploads"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(300)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Deletes the chunks of uploads in parts that became files or were removed.
package struct RemoveUploads: Job, Equatable {
    package static let kind = "remove-uploads"
    package static let queue = QueueName.maintenance

    package let uploads: [MediaID]

    package init(uploads: [MediaID]) {
        self.uploads = uploads
    }
}

/// Corrects the counters of profiles by the rows they count.
package struct ReconcileCounters: Job, Equatable {
    package static let kind = "reconcile-counters"
    package static let queue = QueueName.counters
    package static let timeout = Duration.seconds(3_600)

    /// Nil: all accounts.
    package let account: UserID?

    package init(account: UserID? = nil) {
        self.account = account
    }

    package var uniqueness: Uniqueness? { .whileQueued(account?.description ?? "all") }
}

/// Adds plays of tracks to the counters of their owners.
package struct CountPlays: Job, Equatable {
    package static let kind = "count-plays"
    package static let queue = QueueName.counters
    package static let durability = Durability.ephemeral(because: "the next run finds the same plays, and more of them")
    package static let timeout = Duration.seconds(60)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Counts what users did, by day.
package struct CountDays: Job, Equatable {
    package static let kind = "count-days"
    package static let queue = QueueName.counters
    package static let durability = Durability.ephemeral(because: "the next run finds the same rows, and more of them")
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Ends presence sessions whose deadline has passed.
package struct ExpirePresence: Job, Equatable {
    package static let kind = "expire-presence"
    package static let queue = QueueName.presence
    package static let durability = Durability.ephemeral(because: "the next run finds the same sessions")
    package static let attempts = 1

    package init() {}
}
