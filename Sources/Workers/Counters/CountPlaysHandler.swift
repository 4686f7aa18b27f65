import Jobs
import Storage

/// Handles ``CountPlays``, some owners at a time.
struct CountPlaysHandler: Sendable {
    let plays: PlayStore

    @Sendable func run(_ job: CountPlays, _ context: JobContext) async throws -> Completion {
        while try await plays.count() > 0 { try Task.checkCancellation() }
        return .finished
    }
}
