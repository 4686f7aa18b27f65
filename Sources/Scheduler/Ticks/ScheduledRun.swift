import Jobs

/// A line of the timetable that makes a job.
struct ScheduledRun: Sendable {
    /// What `ticks` knows it by: the same for ever.
    let name: String
    let schedule: Schedule
    let missed: MissedRuns
    let job: @Sendable () -> any Job

    init(_ name: String, _ schedule: Schedule, missed: MissedRuns, job: @escaping @Sendable () -> any Job) {
        self.name = name
        self.schedule = schedule
        self.missed = missed
        self.job = job
    }
}
