import Jobs

/// Returns what schedulers do and when. The names of jobs must never change: the table `ticks` records their runs by
/// name.
func schedule(_ context: SchedulerContext) -> [ScheduleEntry] {
    let sweep = OutboxSweep(database: context.database, redis: context.redis)
    let orphans = OrphanSearch(database: context.database, redis: context.redis)
    let reapers = QueueName.allCases.map { LeaseReaper(QueueKeys($0.rawValue, in: context.redis), context.redis) }
    return [
        .task("reap expired leases", every: .seconds(1)) {
            var requeued = 0
            for reaper in reapers { requeued += try await reaper.reap() }
            return requeued
        },
        .task("sweep the outbox", every: .seconds(5)) { try await sweep.run() },
        .task("requeue orphans", every: .seconds(60)) { try await orphans.run() },

        .job("expire presence", .every(seconds: 5), missed: .skip, ExpirePresence()),
        .job("count plays", .every(seconds: 10), missed: .skip, CountPlays()),
        .job("end suspensions", .every(seconds: 30), missed: .skip, EndSuspensions()),
        .job("count days", .every(seconds: 60), missed: .skip, CountDays()),
        .job("prune jobs", .every(seconds: 600), missed: .once, PruneJobs()),
        .job("prune events", .every(seconds: 600), missed: .once, PruneEvents()),
        .job("prune user events", .every(seconds: 600), missed: .once, PruneUserEvents()),
        .job("prune uploads", .every(seconds: 600), missed: .once, PruneUploads()),
        .job("remove orphaned uploads", .nightly(hour: 1), missed: .once, RemoveOrphanedUploads()),
        .job("prune exports", .nightly(hour: 2), missed: .once, PruneExports()),
        .job("prune sessions", .nightly(hour: 2), missed: .once, PruneSessions()),
        .job("prune notifications", .nightly(hour: 2), missed: .once, PruneNotifications()),
        .job("index posts", .nightly(hour: 2), missed: .once, IndexPosts()),
        .job("index messages", .nightly(hour: 2), missed: .once, IndexMessages()),
        .job("count hashtags", .nightly(hour: 3), missed: .once, CountHashtags()),
        .job("reconcile counters", .nightly(hour: 3), missed: .once, ReconcileCounters()),
    ]
}
