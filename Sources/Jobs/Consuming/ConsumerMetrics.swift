import Chassis

/// The counts of one consumer by kind: in the registry of this process, and for all workers together in Redis, to which
/// the heartbeat sends them each second. Kinds come from the handlers, never from Redis. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class ConsumerMetrics: @unchecked Sendable {
    private final class Kind {
        let duration: Histogram
        let failures: Counter
        var done = 0, failed = 0, dead = 0, postponed = 0
        var waitMilliseconds = 0, runMicroseconds = 0

        init(duration: Histogram, failures: Counter) {
            self.duration = duration
            self.failures = failures
        }
    }
    private let kinds: [String: Kind]
    private let dead: Counter

    init(_ metrics: Metrics, queue: QueueName, handlers: [JobHandler]) {
        kinds = Dictionary(
            uniqueKeysWithValues: handlers.map { handler in
                let kind = Kind(
                    duration: metrics.histogram(
                        "worker_job_seconds", "Run time of jobs that succeeded, in seconds.", ["kind": handler.kind]),
                    failures: metrics.counter(
                        "worker_attempts_failed_total", "Attempts that failed in this process.",
                        ["kind": handler.kind]))
                return (handler.kind, kind)
            })
        dead = metrics.counter(
            "worker_jobs_dead_lettered_total", "Jobs that this process dead-lettered.", ["queue": queue.rawValue])
    }

    /// Counts a job that is done.
    /// - Parameters:
    ///   - waited: Nanoseconds from due to started.
    ///   - ran: Nanoseconds.
    func succeeded(_ kind: String, waited: UInt64, ran: UInt64) {
        guard let kind = kinds[kind] else { return }
        kind.duration.observe(nanoseconds: ran)
        kind.done += 1
        kind.waitMilliseconds += Int(waited / 1_000_000)
        kind.runMicroseconds += Int(ran / 1_000)
    }

    func failed(_ kind: String) {
        kinds[kind]?.failures.increment()
        kinds[kind]?.failed += 1
    }

    func postponed(_ kind: String) {
        kinds[kind]?.postponed += 1
    }

    func deadLettered(_ kind: String?) {
        dead.increment()
        if let kind { kinds[kind]?.dead += 1 }
    }

    /// Returns the counts since the last call as arguments of `count.lua`.
    func takeCounts() -> (done: Int, fields: [(String, Int)]) {
        var fields: [(String, Int)] = []
        var done = 0
        for (name, kind) in kinds {
            done += kind.done
            for (field, value) in [
                ("done", kind.done), ("failed", kind.failed), ("dead", kind.dead),
                ("postponed", kind.postponed), ("wait_milliseconds", kind.waitMilliseconds),
                ("run_microseconds", kind.runMicroseconds),
            ] where value > 0 {
                fields.append(("\(field):\(name)", value))
            }
            (kind.done, kind.failed, kind.dead, kind.postponed) = (0, 0, 0, 0)
            (kind.waitMilliseconds, kind.runMicroseconds) = (0, 0)
        }
        return (done, fields)
    }
}
