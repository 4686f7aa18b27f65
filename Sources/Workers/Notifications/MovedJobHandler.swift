import Jobs
import Postgres

/// Enqueues a job again, in the queue that its kind has in this version. During a deployment, after the migration that
/// moved the waiting ones, processes of the version before still enqueue such jobs in the queue that they know.
struct MovedJobHandler: Sendable {
    let database: Database
    let producer: Producer

    @Sendable func run(_ job: some Job, _ context: JobContext) async throws -> Completion {
        var fan = FanOut(context, database: database, producer: producer)
        if fan.checkpoint == nil { try await fan.step([job], checkpoint: "moved") }
        return .finished
    }
}
