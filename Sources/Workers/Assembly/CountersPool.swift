import Jobs
import Storage

/// Reconciles denormalised counters with the rows they count.
enum CountersPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let reconcile = ReconcileCountersHandler(audit: CounterAudit(context.database))
        let countPlays = CountPlaysHandler(plays: PlayStore(context.database))
        return [
            JobHandler(ReconcileCounters.self, reconcile.run),
            JobHandler(CountPlays.self, countPlays.run),
        ]
    }
}
