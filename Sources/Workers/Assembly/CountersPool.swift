import Jobs
import Storage

/// Reconciles denormalised counters with the rows they count; counts plays, and what users do each day.
enum CountersPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let reconcile = ReconcileCountersHandler(audit: CounterAudit(context.database))
        let countPlays = CountPlaysHandler(plays: PlayStore(context.database))
        let countDays = CountDaysHandler(analytics: AnalyticsStore(context.database))
        return [
            JobHandler(ReconcileCounters.self, reconcile.run),
            JobHandler(CountPlays.self, countPlays.run),
            JobHandler(CountDays.self, countDays.run),
        ]
    }
}
