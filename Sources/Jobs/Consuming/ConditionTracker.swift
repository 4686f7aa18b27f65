import Chassis
import Synchronization

/// The conditions of the machine that keep the jobs of one consumer from being done: one error in the log when a
/// condition begins, one line when it ends, and metrics. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone; metrics read the atomics.
final class ConditionTracker: @unchecked Sendable {
    /// `@unchecked Sendable`: as the tracker.
    private final class State: @unchecked Sendable {
        var kinds: Set<String> = []
        var since: UInt64 = 0
        var postponed = 0
        /// Monotonic, in nanoseconds; 0 while the condition does not hold.
        let lastRaised = Atomic<UInt64>(0)
    }

    private static let (shortest, longest) = (2_000, 60_000)
    /// A condition that no job has met for this long has ended: each job is tried again earlier.
    private static let memory = Duration.seconds(180).nanoseconds
    private let states: [MachineCondition: State]
    private var active = 0
    private let log: Log

    init(_ metrics: Metrics, queue: QueueName, log: Log) {
        self.log = log
        states = Dictionary(uniqueKeysWithValues: MachineCondition.allCases.map { ($0, State()) })
        for (condition, state) in states {
            metrics.gauge(
                "worker_condition", "1 while a condition of the machine postpones jobs, else 0.",
                ["queue": queue.rawValue, "condition": condition.rawValue]
            ) {
                let last = state.lastRaised.load(ordering: .relaxed)
                return last > 0 && monotonicNanoseconds() < last + Self.memory ? 1 : 0
            }
        }
    }

    /// Records that a job met a condition.
    /// - Returns: The milliseconds after which to try the job again: the longer the condition lasts, the later, and
    ///   spread, so that the jobs do not return together.
    func raised(_ condition: MachineCondition, by kind: String, reason: String, now: UInt64) -> Int {
        guard let state = states[condition] else { return Self.longest }
        let last = state.lastRaised.load(ordering: .relaxed)
        if last == 0 || now > last + Self.memory {
            if last == 0 { active += 1 }
            (state.since, state.postponed, state.kinds) = (now, 0, [])
            log.error(
                "jobs are postponed by a condition of the machine",
                ["condition": .text(condition.rawValue), "kind": .text(kind), "error": .text(reason)])
        }
        state.lastRaised.store(max(now, 1), ordering: .relaxed)
        state.kinds.insert(kind)
        state.postponed += 1
        let ceiling = min(Self.longest, max(Self.shortest, Int((now - state.since) / 2_000_000)))
        return Int.random(in: ceiling / 2...ceiling)
    }

    /// Ends the conditions that only jobs of this kind have met.
    func succeeded(_ kind: String) {
        guard active > 0 else { return }
        for (condition, state) in states where state.kinds.remove(kind) != nil && state.kinds.isEmpty {
            active -= 1
            state.lastRaised.store(0, ordering: .relaxed)
            log.info(
                "condition of the machine ended",
                ["condition": .text(condition.rawValue), "postponed": .number(state.postponed)])
        }
    }
}
