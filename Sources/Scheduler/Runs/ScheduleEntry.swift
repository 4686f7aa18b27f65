import Chassis
import Jobs

/// An entry of the schedule.
enum ScheduleEntry: Sendable {
    /// Runs in every scheduler on its own, so it must be harmless to run twice.
    case task(name: String, interval: Duration, run: @Sendable () async throws -> Int)
    /// Is enqueued by one scheduler whenever it is due.
    case job(ScheduledJob)

    /// - Parameter run: Returns how much it changed, for the log.
    static func task(
        _ name: String, every interval: Duration, _ run: @escaping @Sendable () async throws -> Int
    ) -> ScheduleEntry {
        .task(name: name, interval: interval, run: run)
    }

    static func job(
        _ name: String, _ recurrence: RecurrenceRule, missed: MissedRuns,
        _ job: @autoclosure @escaping @Sendable () -> any Job
    ) -> ScheduleEntry {
        .job(ScheduledJob(name, recurrence, missed: missed, job: job))
    }
}

/// A job that the schedule enqueues; each enqueuing is a scheduled run, a row of the table `ticks`.
struct ScheduledJob: Sendable {
    /// The name of its runs in the table `ticks`; it never changes.
    let name: String
    let recurrence: RecurrenceRule
    let missed: MissedRuns
    let job: @Sendable () -> any Job

    init(
        _ name: String, _ recurrence: RecurrenceRule, missed: MissedRuns, job: @escaping @Sendable () -> any Job
    ) {
        self.name = name
        self.recurrence = recurrence
        self.missed = missed
        self.job = job
    }
}

/// The policy for runs that came due while no scheduler was running.
enum MissedRuns: Sendable, Equatable {
    /// Only a run of the last minute fires.
    case skip
    /// The newest of them fires, late.
    case once
    /// Each of them fires, late, the oldest first; of more than so many only the newest.
    case all(atMost: Int)

    /// A run is not missed because of a restart or a busy server.
    static let grace = Duration.seconds(60)

    /// The most runs that fire at a time.
    var limit: Int {
        switch self {
        case .skip, .once: 1
        case .all(let limit): min(max(limit, 1), 1_000)
        }
    }

    /// Returns the runs that fire.
    /// - Parameter due: The runs that are due and have not fired, ascending.
    func chosen(from due: [Timestamp], at now: Timestamp) -> [Timestamp] {
        let newest = Array(due.suffix(limit))
        return self == .skip ? newest.filter { $0.adding(Self.grace) >= now } : newest
    }
}
