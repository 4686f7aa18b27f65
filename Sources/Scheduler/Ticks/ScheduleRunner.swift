import Chassis
import Jobs
import Storage

/// Fires one tick of the timetable whenever it is due. What has fired is known from PostgreSQL alone, and its clock
/// decides: a scheduler keeps nothing, and its own clock may show what it likes. Loop-confined, like its store.
struct ScheduleRunner: Sendable {
    /// What one look brought.
    struct Look: Sendable {
        /// The ticks that this scheduler fired; others may have been faster.
        let fired: [Timestamp]
        /// When to look again.
        let wait: Duration
    }

    let tick: ScheduledRun
    private let rhythm: Recurrence
    private let ticks: ScheduledRunStore
    private let producer: Producer
    /// So that a clock of PostgreSQL's that is set is noticed.
    private static let longestWait = Duration.seconds(60)

    init(_ tick: ScheduledRun, _ rhythm: Recurrence, _ ticks: ScheduledRunStore, _ producer: Producer) {
        self.tick = tick
        self.rhythm = rhythm
        self.ticks = ticks
        self.producer = producer
    }

    /// Fires what is due.
    /// - Parameter present: Now; nil for PostgreSQL's clock.
    func look(at present: Timestamp? = nil) async throws -> Look {
        let began = monotonicNanoseconds()
        let state = try await ticks.state(of: tick.name, in: rhythm.zone, at: present)
        let moments = try await rhythm.moments(state, limit: tick.missed.limit, ticks)
        let due = moments.filter { $0 > state.last && $0 <= state.now }
        var fired: [Timestamp] = []
        for moment in tick.missed.chosen(from: due, at: state.now) where try await fire(tick.job(), at: moment) {
            fired.append(moment)
        }
        let next = moments.first { $0 > state.now }.map {
            Duration.microseconds($0.microseconds - state.now.microseconds)
        }
        let elapsed = Duration.nanoseconds(Int64(monotonicNanoseconds() - began))
        return Look(fired: fired, wait: max(.zero, min(next ?? Self.longestWait, Self.longestWait) - elapsed))
    }

    /// An ephemeral job is sent after its tick is written: a scheduler that dies in between leaves the work to the next.
    /// - Returns: Whether nobody had fired it.
    private func fire(_ job: some Job, at moment: Timestamp) async throws -> Bool {
        let trace = "\(tick.name) \(moment.text(.seconds))"
        guard case .durable = type(of: job).durability else {
            let firing = try await ticks.fire(tick.name, at: moment, enqueuing: nil)
            if firing == .fired { try producer.send(job, trace: trace) }
            return firing != .late
        }
        let promised = try producer.outboxJob(job, trace: trace)
        let firing = try await ticks.fire(tick.name, at: moment, enqueuing: promised)
        if firing == .fired { producer.push(promised) }
        return firing != .late
    }
}
