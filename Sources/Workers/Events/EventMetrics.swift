import Chassis
import Storage
import Synchronization

/// The metrics of one destination of domain events.
final class EventMetrics: Sendable {
    private let count: Counter
    private let failures: Counter
    private let delay: Histogram
    private let availability = Atomic(true)
    private let backlog = Mutex(EventStore.Backlog(count: 0, oldestSeconds: 0))

    init(_ destination: String, in metrics: Metrics) {
        let labels: KeyValuePairs = ["destination": destination]
        count = metrics.counter("events_published_total", "Domain events that a destination has confirmed.", labels)
        failures = metrics.counter("events_failures_total", "Failed attempts to publish domain events.", labels)
        delay = metrics.histogram(
            "events_delay_seconds", "Time from recording a domain event to its confirmation, in seconds.", labels)
        metrics.gauge(
            "events_destination_available", "Whether the last attempt to publish domain events succeeded.", labels
        ) { [self] in availability.load(ordering: .relaxed) ? 1 : 0 }
        metrics.gauge("events_pending", "Domain events that a destination does not have yet.", labels) { [self] in
            Double(backlog.withLock { $0.count })
        }
        metrics.gauge(
            "events_oldest_pending_seconds", "Age of the oldest pending domain event, in seconds.", labels
        ) { [self] in backlog.withLock { $0.oldestSeconds } }
    }

    func published(_ events: ArraySlice<RecordedEvent>) {
        count.increment(by: events.count)
        let now = Timestamp.now.microseconds
        for event in events {
            delay.observe(nanoseconds: UInt64(max(0, now - event.recordedAt.microseconds)) * 1_000)
        }
    }

    func failed() { failures.increment() }

    func isAvailable(_ isAvailable: Bool) { availability.store(isAvailable, ordering: .relaxed) }

    func record(_ backlog: EventStore.Backlog) { self.backlog.withLock { $0 = backlog } }
}
