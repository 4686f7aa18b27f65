/// Remove files that belong to no upload: of uploads that were interrupted, and of media that have no row.
package struct RemoveOrphanedUploads: Job, Equatable {
    package static let kind = "remove-orphaned-uploads"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}
