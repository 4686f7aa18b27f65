import Jobs

/// What schedulers do and when. The names of ticks are for ever: `ticks` knows by them what has fired.
func timetable(_ context: SchedulerContext) -> [TimetableEntry] {
    let sweep = OutboxSweep(database: context.database, redis: context.redis)
    let strays = OrphanSearch(database: context.database, redis: context.redis)
    let rescues = QueueName.allCases.map { LeaseReaper(QueueKeys($0.rawValue, in: context.redis), context.redis) }
    return [
        .work("rescue the jobs of dead workers", every: .seconds(1)) {
            var moved = 0
            for rescue in rescues { moved += try await rescue.reap() }
            return moved
        },
        .work("sweep the outbox", every: .seconds(5)) { try await sweep.run() },
        .work("look for strays", every: .seconds(60)) { try await strays.run() },

        .tick("expire presence", .every(seconds: 5), missed: .skip, ExpirePresence()),
        .tick("prune jobs", .every(seconds: 600), missed: .once, PruneJobs()),
        .tick("remove orphaned uploads", .nightly(hour: 1), missed: .once, RemoveOrphanedUploads()),
        .tick("prune exports", .nightly(hour: 2), missed: .once, PruneExports()),
        .tick("prune sessions", .nightly(hour: 2), missed: .once, PruneSessions()),
        .tick("reconcile counters", .nightly(hour: 3), missed: .once, ReconcileCounters()),
    ]
}
