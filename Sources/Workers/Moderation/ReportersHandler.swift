import Domain
import Jobs
import Storage

/// Handles ``NotifyReporters``, some reports at a time. A second run enqueues notifications that exist already, which
/// are not created again.
struct ReportersHandler: Sendable {
    let reports: ReportStore
    let producer: Producer

    @Sendable func run(_ job: NotifyReporters, _ context: JobContext) async throws -> Completion {
        let kind: NotificationKind = job.isActedOn ? .reportActedOn : .reportDismissed
        // The statement names receivers and reports.
        let notice = try producer.outboxJob(
            Notify(kind, to: UserID(job.closed.identifier), by: nil, entity: job.closed.identifier),
            trace: context.trace)
        var last: ReportID?
        repeat {
            try Task.checkCancellation()
            last = try await reports.notifyReporters(of: job.closed, after: last, notice)
        } while last != nil
        return .finished
    }
}
