import Chassis
import Domain
import Jobs
import Storage

/// Handles ``ReconcileCounters``, a page of profiles at a time. Only profiles whose counters look wrong are locked, and
/// only while they are counted again.
struct ReconcileCountersHandler: Sendable {
    let audit: CounterAudit

    @Sendable func run(_ job: ReconcileCounters, _ context: JobContext) async throws -> Completion {
        var corrected = 0
        var last: UserID?
        repeat {
            try Task.checkCancellation()
            let page = try await audit.page(after: last, of: job.account)
            if !page.wrong.isEmpty { corrected += try await audit.correct(page.wrong) }
            last = page.last
        } while last != nil
        if corrected > 0 {
            context.log.warning("corrected counters", ["profiles": .number(corrected)])
        } else {
            context.log.info("counters are correct")
        }
        return .finished
    }
}
