package import Chassis

/// The metrics of all queues over all workers, as Prometheus' text format 0.0.4, read on request. Loop-confined.
package struct QueueMetrics: Sendable {
    /// Counting more dead jobs would cost more than it tells.
    private static let deadLimit = 10_000
    private let inspector: QueueInspector
    private let loop: EventLoop

    package init(_ inspector: QueueInspector, on loop: EventLoop) {
        self.inspector = inspector
        self.loop = loop
    }

    /// - Parameter limit: Metrics that take longer to read are left out.
    package func text(within limit: Duration = .seconds(1)) async -> String {
        let inspector = inspector
        async let retained = loop.first(within: limit) { try? await inspector.retained(countingTo: Self.deadLimit) }
        async let overviews = loop.first(within: limit) { try? await inspector.overviews() }
        return Self.text(await overviews ?? [], await retained)
    }

    private static func text(_ overviews: [QueueOverview], _ retained: [QueueName: RetainedJobs]?) -> String {
        guard !overviews.isEmpty else { return "" }
        var page = PrometheusText()
        page.family("jobs_queued", .gauge, "Runnable jobs.") { samples in
            for queue in overviews {
                for (priority, count) in [("high", queue.high), ("normal", queue.normal), ("low", queue.low)] {
                    samples.add(Double(count), [("queue", queue.queue.rawValue), ("priority", priority)])
                }
            }
        }
        func gauge(_ name: String, _ help: String, _ value: (QueueOverview) -> Double) {
            page.family(name, .gauge, help) { samples in
                for queue in overviews { samples.add(value(queue), [("queue", queue.queue.rawValue)]) }
            }
        }
        gauge("jobs_running", "Jobs that workers hold.") { Double($0.running) }
        gauge("jobs_delayed", "Jobs that are due later, retries included.") { Double($0.delayed) }
        gauge("jobs_parked", "Jobs that wait because a concurrency or rate limit is reached.") { Double($0.parked) }
        if let retained {
            gauge("jobs_dead_lettered", "Dead-lettered jobs; counted up to \(deadLimit).") {
                Double(min(deadLimit, $0.deadLetters + (retained[$0.queue]?.dead ?? 0)))
            }
        }
        gauge("job_oldest_age_seconds", "Age of the oldest runnable job, in seconds.") {
            Double($0.oldestMilliseconds) / 1_000
        }
        gauge("queue_paused", "1 while a queue is paused, else 0.") { $0.isPaused ? 1 : 0 }
        gauge("queue_workers", "Workers with a lease.") { Double($0.workers) }
        func counter(_ name: String, _ help: String, _ value: (QueueOverview.Kind) -> Double) {
            page.family(name, .counter, help) { samples in
                for queue in overviews {
                    for kind in queue.kinds {
                        samples.add(value(kind), [("queue", queue.queue.rawValue), ("kind", kind.kind)])
                    }
                }
            }
        }
        counter("jobs_succeeded_total", "Jobs that succeeded.") { Double($0.done) }
        counter("job_attempts_failed_total", "Attempts that failed.") { Double($0.failed) }
        counter("jobs_postponed_total", "Runs that a condition of the machine ended, such as a full disk.") {
            Double($0.postponed)
        }
        counter("jobs_dead_lettered_total", "Jobs that were dead-lettered.") { Double($0.dead) }
        counter("job_wait_seconds_total", "Time from due to started, in seconds, of jobs that succeeded.") {
            Double($0.waitMilliseconds) / 1_000
        }
        counter("job_run_seconds_total", "Run time, in seconds, of jobs that succeeded.") {
            Double($0.runMicroseconds) / 1_000_000
        }
        return page.text
    }
}
