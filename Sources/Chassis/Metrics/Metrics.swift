import Synchronization

/// The numbers of one process, in the order in which they were made, as Prometheus' text format 0.0.4.
/// Labels are fixed when a series is made and never come from users, so their number is bounded.
package final class Metrics: Sendable {
    private struct Family {
        let help: String
        let type: String
        var series: [@Sendable () -> String]
    }
    private let families = Mutex<(order: [String], byName: [String: Family])>(([], [:]))

    package init() {}

    /// A number that only grows.
    package func counter(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Counter {
        let counter = Counter()
        let labels = Self.render(labels)
        register(name, help, "counter") { "\(name)\(labels) \(counter.value)\n" }
        return counter
    }

    /// A number that is asked for when the metrics are.
    package func gauge(
        _ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:],
        _ value: @escaping @Sendable () -> Double
    ) {
        let labels = Self.render(labels)
        register(name, help, "gauge") { "\(name)\(labels) \(value())\n" }
    }

    /// A spread of durations.
    package func histogram(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Histogram {
        let histogram = Histogram()
        let pairs = labels.map { "\($0)=\"\($1)\"," }.joined()
        register(name, help, "histogram") { histogram.text(name, pairs) }
        return histogram
    }

    /// Everything, as text.
    package var text: String {
        families.withLock { families in
            families.order.compactMap { name in
                families.byName[name].map { family in
                    "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.type)\n"
                        + family.series.map { $0() }.joined()
                }
            }.joined()
        }
    }

    private func register(_ name: String, _ help: String, _ type: String, _ series: @escaping @Sendable () -> String) {
        families.withLock { families in
            if families.byName[name] == nil {
                families.order.append(name)
                families.byName[name] = Family(help: help, type: type, series: [])
            }
            families.byName[name]?.series.append(series)
        }
    }

    private static func render(_ labels: KeyValuePairs<String, String>) -> String {
        labels.isEmpty ? "" : "{" + labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",") + "}"
    }
}
