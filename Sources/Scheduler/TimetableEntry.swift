import Jobs

/// One line of the timetable.
enum TimetableEntry: Sendable {
    /// Every scheduler does it, itself and on its own, so it must be harmless to do twice.
    case work(name: String, interval: Duration, work: @Sendable () async throws -> Int)
    /// One scheduler makes a job of it, whenever it is due.
    case tick(ScheduledRun)

    /// - Parameter work: Returns how much it found to do, for the log.
    static func work(
        _ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Int
    ) -> TimetableEntry {
        .work(name: name, interval: interval, work: work)
    }

    static func tick(
        _ name: String, _ schedule: Schedule, missed: MissedRuns,
        _ job: @autoclosure @escaping @Sendable () -> any Job
    ) -> TimetableEntry {
        .tick(ScheduledRun(name, schedule, missed: missed, job: job))
    }
}
