import Glibc
import JobProbing
import Jobs
import Postgres

/// Makes the children of a ``ProbeFan``.
struct FanWork: Sendable {
    private let database: Database
    private let producer: Producer
    private static let step = 500

    init(_ database: Database, _ producer: Producer) {
        self.database = database
        self.producer = producer
    }

    @Sendable func run(_ job: ProbeFan, _ context: JobContext) async throws -> Completion {
        var fan = FanOut(context, database: database, producer: producer)
        while true {
            let made = Int(fan.checkpoint ?? "") ?? 0
            guard made < job.children else { return .finished }
            let next = min(made + Self.step, job.children)
            let children = (made..<next).map { index in
                var child = ProbeJob(job.number + 1 + index)
                child.failures = job.failures
                return child
            }
            try await fan.step(children, checkpoint: "\(next)")
            if let mark = job.deathMark, Mark.make(mark) { kill(getpid(), SIGKILL) }
        }
    }
}
