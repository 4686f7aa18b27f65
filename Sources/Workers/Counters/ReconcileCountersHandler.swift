import Chassis
import Domain
import Jobs
import Storage

/// Keeps the promise of ``ReconcileCounters``, a page of profiles at a time. Nothing is locked but the profiles that look
/// wrong, and those only while they are counted again.
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
            context.log.warning("counters were wrong", ["corrected": .number(corrected)])
        } else {
            context.log.info("counters are right")
        }
        return .finished
    }
}
