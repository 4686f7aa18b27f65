import Chassis

/// What a consumer counts, by kind: in this process' registry, and for all workers together in Redis, where the beat
/// carries it each second. Kinds come from the handlers, never from the wire. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class ConsumerMetrics: @unchecked Sendable {
    private final class Kind {
        let duration: Histogram
        let failures: Counter
        var done = 0, failed = 0, dead = 0
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
                        "job_seconds", "Run time of jobs that succeeded.", ["kind": handler.kind]),
                    failures: metrics.counter("job_failures_total", "Attempts that failed.", ["kind": handler.kind]))
                return (handler.kind, kind)
            })
        dead = metrics.counter("job_dead_total", "Jobs that nobody tries again.", ["queue": queue.rawValue])
    }

    /// Times in nanoseconds.
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

    func buried(_ kind: String?) {
        dead.increment()
        if let kind { kinds[kind]?.dead += 1 }
    }

    /// What was counted since the last time, as `count.lua` wants it.
    func takeCounts() -> (done: Int, fields: [(String, Int)]) {
        var fields: [(String, Int)] = []
        var done = 0
        for (name, kind) in kinds {
            done += kind.done
            for (field, value) in [
                ("done", kind.done), ("failed", kind.failed), ("dead", kind.dead),
                ("wait_milliseconds", kind.waitMilliseconds), ("run_microseconds", kind.runMicroseconds),
            ] where value > 0 {
                fields.append(("\(field):\(name)", value))
            }
            (kind.done, kind.failed, kind.dead, kind.waitMilliseconds, kind.runMicroseconds) = (0, 0, 0, 0, 0)
        }
        return (done, fields)
    }
}
