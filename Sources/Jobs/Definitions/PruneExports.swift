/// Remove collections of people's data that have expired.
package struct PruneExports: Job, Equatable {
    package static let kind = "prune-exports"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(300)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}
