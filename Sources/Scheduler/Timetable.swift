import Jobs

/// What a scheduler does and how often.
func timetable(_ context: SchedulerContext) -> [TimetableEntry] {
    let sweep = OutboxSweep(database: context.database, redis: context.redis)
    let strays = StraySearch(database: context.database, redis: context.redis)
    let rescues = QueueName.allCases.map { QueueRescue(QueueKeys($0.rawValue, in: context.redis), context.redis) }
    return [
        TimetableEntry("rescue the jobs of dead workers", every: .seconds(1)) {
            var moved = 0
            for rescue in rescues { moved += try await rescue.reap() }
            return moved
        },
        TimetableEntry("sweep the outbox", every: .seconds(5)) { try await sweep.run() },
        TimetableEntry("look for strays", every: .seconds(60)) { try await strays.run() },
    ]
}
