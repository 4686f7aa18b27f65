/// Remove sessions that are over for long.
package struct PruneSessions: Job, Equatable {
    package static let kind = "prune-sessions"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}
