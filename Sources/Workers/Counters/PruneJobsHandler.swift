import Jobs
import Storage

/// Keeps the promise of ``PruneJobs``, a batch at a time.
struct PruneJobsHandler: Sendable {
    let pruning: Pruning

    @Sendable func run(_ job: PruneJobs, _ context: JobContext) async throws -> Completion {
        let limit = 1_000
        for remove in [pruning.removeJobs, pruning.removeTicks] {
            while try await remove(limit) == limit { try Task.checkCancellation() }
        }
        return .finished
    }
}
