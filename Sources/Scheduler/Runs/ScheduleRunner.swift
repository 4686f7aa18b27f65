import Chassis
import Jobs
import Storage

/// Fires the runs of one scheduled job when they are due. PostgreSQL alone knows which runs have fired, and its clock
/// decides: a scheduler stores nothing, and its own clock does not matter. Loop-confined, like its store.
struct ScheduleRunner: Sendable {
    /// The result of one check.
    struct Check: Sendable {
        /// The runs that this scheduler fired; others may have been faster.
        let fired: [Timestamp]
        /// The time until the next check.
        let wait: Duration
    }

    let job: ScheduledJob
    private let recurrence: Recurrence
    private let runs: ScheduledRunStore
    private let producer: Producer
    /// Bounded, so that a change of PostgreSQL's clock is noticed.
    private static let longestWait = Duration.seconds(60)

    init(_ job: ScheduledJob, _ recurrence: Recurrence, _ runs: ScheduledRunStore, _ producer: Producer) {
        self.job = job
        self.recurrence = recurrence
        self.runs = runs
        self.producer = producer
    }

    /// Fires the runs that are due.
    /// - Parameter present: Now; nil for PostgreSQL's clock.
    func check(at present: Timestamp? = nil) async throws -> Check {
        let began = monotonicNanoseconds()
        let state = try await runs.state(of: job.name, in: recurrence.zone, at: present)
        let moments = try await recurrence.moments(state, limit: job.missed.limit, runs)
        let due = moments.filter { $0 > state.last && $0 <= state.now }
        var fired: [Timestamp] = []
        for moment in job.missed.chosen(from: due, at: state.now) where try await fire(job.job(), at: moment) {
            fired.append(moment)
        }
        let next = moments.first { $0 > state.now }.map {
            Duration.microseconds($0.microseconds - state.now.microseconds)
        }
        let elapsed = Duration.nanoseconds(Int64(monotonicNanoseconds() - began))
        return Check(fired: fired, wait: max(.zero, min(next ?? Self.longestWait, Self.longestWait) - elapsed))
    }

    /// Fires one run. An ephemeral job is sent after its run is committed: if the scheduler dies in between, the next
    /// run does the work.
    /// - Returns: Whether this scheduler fired it.
    private func fire(_ work: some Job, at moment: Timestamp) async throws -> Bool {
        let trace = "\(job.name) \(moment.text(.seconds))"
        guard case .durable = type(of: work).durability else {
            let firing = try await runs.fire(job.name, at: moment, enqueuing: nil)
            if firing == .fired { try producer.send(work, trace: trace) }
            return firing != .late
        }
        let outboxJob = try producer.outboxJob(work, trace: trace)
        let firing = try await runs.fire(job.name, at: moment, enqueuing: outboxJob)
        if firing == .fired { producer.push(outboxJob) }
        return firing != .late
    }
}
