import Chassis

/// What a consumer counts, by kind. Kinds come from the handlers, never from the wire.
struct ConsumerMetrics: Sendable {
    private let duration: [String: Histogram]
    private let failures: [String: Counter]
    private let dead: Counter

    init(_ metrics: Metrics, queue: QueueName, handlers: [JobHandler]) {
        duration = Dictionary(
            uniqueKeysWithValues: handlers.map { handler in
                (
                    handler.kind,
                    metrics.histogram("job_seconds", "Run time of jobs that succeeded.", ["kind": handler.kind])
                )
            })
        failures = Dictionary(
            uniqueKeysWithValues: handlers.map { handler in
                (handler.kind, metrics.counter("job_failures_total", "Attempts that failed.", ["kind": handler.kind]))
            })
        dead = metrics.counter("job_dead_total", "Jobs that nobody tries again.", ["queue": queue.rawValue])
    }

    func succeeded(_ kind: String, after nanoseconds: UInt64) { duration[kind]?.observe(nanoseconds: nanoseconds) }
    func failed(_ kind: String) { failures[kind]?.increment() }
    func buried() { dead.increment() }
}
