/// Remove jobs that were kept for a time, and ticks of the timetable that are old.
package struct PruneJobs: Job, Equatable {
    package static let kind = "prune-jobs"
    package static let queue = QueueName.maintenance
    package static let durability = Durability.ephemeral(because: "the next tick finds the same rows, and more of them")
    package static let timeout = Duration.seconds(300)

    package init() {}
}
