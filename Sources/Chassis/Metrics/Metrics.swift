import Synchronization

/// The metrics of one process, in the order of their registration, as Prometheus' text format 0.0.4.
/// Labels are fixed when a series is registered and never come from users, so the number of series is bounded.
package final class Metrics: Sendable {
    private typealias Series = @Sendable (inout PrometheusText.Samples) -> Void
    private struct Family {
        let help: String
        let kind: PrometheusText.Kind
        var series: [Series]
    }
    private let families = Mutex<(order: [String], byName: [String: Family])>(([], [:]))

    package init() {}

    /// Registers a number that only grows.
    package func counter(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Counter {
        let counter = Counter()
        let labels = labels.map { ($0, $1) }
        register(name, help, .counter) { $0.add(Double(counter.value), labels) }
        return counter
    }

    /// Registers a number that is read whenever the metrics are.
    package func gauge(
        _ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:],
        _ value: @escaping @Sendable () -> Double
    ) {
        let labels = labels.map { ($0, $1) }
        register(name, help, .gauge) { $0.add(value(), labels) }
    }

    /// Registers a distribution of durations.
    package func histogram(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Histogram {
        let histogram = Histogram()
        let labels = labels.map { ($0, $1) }
        register(name, help, .histogram) { histogram.write(to: &$0, labels) }
        return histogram
    }

    /// All metrics as text.
    package var text: String {
        families.withLock { families in
            var text = PrometheusText()
            for name in families.order {
                guard let family = families.byName[name] else { continue }
                text.family(name, family.kind, family.help) { samples in
                    for series in family.series { series(&samples) }
                }
            }
            return text.text
        }
    }

    private func register(_ name: String, _ help: String, _ kind: PrometheusText.Kind, _ series: @escaping Series) {
        families.withLock { families in
            if families.byName[name] == nil {
                families.order.append(name)
                families.byName[name] = Family(help: help, kind: kind, series: [])
            }
            families.byName[name]?.series.append(series)
        }
    }
}
