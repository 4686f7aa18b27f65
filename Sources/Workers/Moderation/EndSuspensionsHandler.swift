import Chassis
import Jobs
import Storage

/// Handles ``EndSuspensions``, some accounts at a time.
struct EndSuspensionsHandler: Sendable {
    let actions: ActionStore
    private static let batchSize = 200

    @Sendable func run(_ job: EndSuspensions, _ context: JobContext) async throws -> Completion {
        var ended = 0
        var step = 0
        repeat {
            try Task.checkCancellation()
            step = try await actions.endSuspensions(limit: Self.batchSize)
            ended += step
        } while step == Self.batchSize
        if ended > 0 { context.log.info("suspensions ended", ["count": .number(ended)]) }
        return .finished
    }
}
