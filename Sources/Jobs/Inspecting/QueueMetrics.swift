package import Chassis

/// What all workers together do, as Prometheus' text format 0.0.4, read when somebody asks. Loop-confined.
package struct QueueMetrics: Sendable {
    /// Counting further would cost more than anybody learns from it.
    private static let mostDead = 10_000
    private let inspector: QueueInspector
    private let loop: EventLoop

    package init(_ inspector: QueueInspector, on loop: EventLoop) {
        self.inspector = inspector
        self.loop = loop
    }

    /// - Parameter limit: What has not been answered by then is left out.
    package func text(within limit: Duration = .seconds(1)) async -> String {
        let inspector = inspector
        async let kept = loop.first(within: limit) { try? await inspector.kept(countingTo: Self.mostDead) }
        async let overviews = loop.first(within: limit) { try? await inspector.overviews() }
        return Self.text(await overviews ?? [], await kept)
    }

    private static func text(_ overviews: [QueueOverview], _ kept: [QueueName: RetainedJobs]?) -> String {
        guard !overviews.isEmpty else { return "" }
        var page = MetricsPage()
        page.family("jobs_queued", "gauge", "Jobs that could run.") { line in
            for queue in overviews {
                for (priority, count) in [("high", queue.high), ("normal", queue.normal), ("low", queue.low)] {
                    line([("queue", queue.queue.rawValue), ("priority", priority)], Double(count))
                }
            }
        }
        func gauge(_ name: String, _ help: String, _ value: (QueueOverview) -> Double) {
            page.family(name, "gauge", help) { line in
                for queue in overviews { line([("queue", queue.queue.rawValue)], value(queue)) }
            }
        }
        gauge("jobs_running", "Jobs in the hands of workers.") { Double($0.running) }
        gauge("jobs_delayed", "Jobs that run later, those to be tried again among them.") { Double($0.delayed) }
        gauge("jobs_parked", "Jobs that limits keep waiting.") { Double($0.parked) }
        if let kept {
            gauge("jobs_dead", "Jobs that nobody tries again; counted to \(mostDead).") {
                Double(min(mostDead, $0.graves + (kept[$0.queue]?.dead ?? 0)))
            }
        }
        gauge("job_oldest_seconds", "How long the oldest waits that could run.") {
            Double($0.oldestMilliseconds) / 1_000
        }
        gauge("queue_paused", "1 while a queue is paused.") { $0.isPaused ? 1 : 0 }
        gauge("queue_workers", "Workers with a lease.") { Double($0.workers) }
        func counter(_ name: String, _ help: String, _ value: (QueueOverview.Kind) -> Double) {
            page.family(name, "counter", help) { line in
                for queue in overviews {
                    for kind in queue.kinds {
                        line([("queue", queue.queue.rawValue), ("kind", kind.kind)], value(kind))
                    }
                }
            }
        }
        counter("jobs_done_total", "Jobs that succeeded.") { Double($0.done) }
        counter("jobs_failed_total", "Attempts that failed.") { Double($0.failed) }
        counter("jobs_dead_total", "Jobs that came to be dead.") { Double($0.dead) }
        counter("job_wait_seconds_total", "Time that done jobs waited.") { Double($0.waitMilliseconds) / 1_000 }
        counter("job_run_seconds_total", "Time that done jobs ran.") { Double($0.runMicroseconds) / 1_000_000 }
        return page.text
    }
}
