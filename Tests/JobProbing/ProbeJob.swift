package import Jobs

/// A job that does as it is told, in a process that tests may kill.
package struct ProbeJob: Job {
    /// What it leaves behind when it is done.
    package enum Effect: String, Codable, Sendable {
        /// A row of `effects`, in one statement with the job's end.
        case row
        /// A line of the process' file of lines: outside of PostgreSQL.
        case line
        case none
    }

    /// Where in its work it kills its own process.
    package enum Death: String, Codable, Sendable {
        case before, middle, after
    }

    package static let kind = "probe"
    package static let queue = QueueName.images
    package static let attempts = 1_000
    package static let timeout = Duration.seconds(120)

    /// Where a writer's numbers of batches begin, behind those of single jobs.
    package static let firstOfBatches = 500_000_000

    package var number: Int
    package var effect = Effect.row
    /// How long it waits in the middle.
    package var milliseconds: Int?
    /// For how long it computes in the middle, on every thread of its process.
    package var burnMilliseconds: Int?
    /// It goes on in the middle when this file exists.
    package var gate: String?
    /// Whether it goes on although it is cancelled.
    package var isStubborn: Bool?
    /// How many of a hundred attempts fail, of the first three.
    package var failures: Int?
    package var death: Death?
    /// It dies only once: when it makes this file.
    package var deathMark: String?
    /// At most so many jobs with the same key run at once.
    package var running: Int?
    package var limitKey: String?

    package init(_ number: Int, effect: Effect = .row) {
        self.number = number
        self.effect = effect
    }

    package var limits: [JobLimit] {
        guard let running, let limitKey else { return [] }
        return [.running(atMost: running, of: limitKey)]
    }
}
