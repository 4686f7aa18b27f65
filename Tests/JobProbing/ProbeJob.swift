import Glibc
package import Jobs

/// A job whose members tell its handler what to do, in a process that tests may kill.
package struct ProbeJob: Job {
    /// The effect of the job.
    package enum Effect: String, Codable, Sendable {
        /// A row of `effects`, in one statement with the job's end.
        case row
        /// A line of the file of lines: outside of PostgreSQL.
        case line
        case none
    }

    /// When it kills its own process.
    package enum Death: String, Codable, Sendable {
        case before, middle, after
    }

    package static let kind = "probe"
    /// Of all probes: `PROBE_QUEUE`, or that of pictures. No worker of the product may run it too.
    package static let queue = getenv("PROBE_QUEUE").flatMap { QueueName(rawValue: String(cString: $0)) } ?? .images
    package static let attempts = 1_000
    package static let timeout = Duration.seconds(120)

    /// The first number of a writer's batches, behind those of single jobs.
    package static let firstOfBatches = 500_000_000

    package var number: Int
    package var effect = Effect.row
    /// How long it sleeps in the middle.
    package var milliseconds: Int?
    /// For how long it computes in the middle, on every thread of its process.
    package var burnMilliseconds: Int?
    /// The file for which it waits in the middle.
    package var gate: String?
    /// Whether it ignores its cancellation.
    package var isStubborn: Bool?
    /// How many percent of the first three attempts fail.
    package var failures: Int?
    package var death: Death?
    /// The file that it creates when it dies, so that it dies only once.
    package var deathMark: String?
    /// How many jobs with the same key may run at the same time.
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

/// A job that enqueues ``ProbeJob``s, five hundred per step, with the numbers that follow its own.
package struct ProbeFan: Job {
    package static let kind = "probe-fan"
    package static let queue = ProbeJob.queue
    package static let attempts = 1_000
    package static let timeout = Duration.seconds(120)

    package var number: Int
    package var children: Int
    /// How many percent of the children's first three attempts fail.
    package var failures: Int?
    /// The file that it creates when it kills its own process, once, after a step.
    package var deathMark: String?

    package init(_ number: Int, children: Int) {
        self.number = number
        self.children = children
    }
}
