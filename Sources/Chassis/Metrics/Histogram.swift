import Synchronization

/// A spread of durations from 0.1 ms to 10 s, behind a short lock; any thread.
package final class Histogram: Sendable {
    private static let bounds: [UInt64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        5_000_000, 10_000_000,
    ]
    private let buckets = Mutex([Int](repeating: 0, count: bounds.count + 1))
    private let sum = Atomic<UInt64>(0)

    package init() {}

    package func observe(nanoseconds: UInt64) {
        let microseconds = nanoseconds / 1_000
        let index = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
        buckets.withLock { $0[index] += 1 }
        sum.wrappingAdd(microseconds, ordering: .relaxed)
    }

    /// - Parameter labels: Rendered pairs, each with its comma, or nothing.
    func text(_ name: String, _ labels: String) -> String {
        let counts = buckets.withLock { $0 }
        var total = 0
        var lines = ""
        for (bound, count) in zip(Self.bounds, counts) {
            total += count
            lines += "\(name)_bucket{\(labels)le=\"\(Double(bound) / 1_000_000)\"} \(total)\n"
        }
        total += counts[Self.bounds.count]
        let plain = labels.isEmpty ? "" : "{\(labels.dropLast())}"
        lines += "\(name)_bucket{\(labels)le=\"+Inf\"} \(total)\n"
        lines += "\(name)_sum\(plain) \(Double(sum.load(ordering: .relaxed)) / 1_000_000)\n"
        lines += "\(name)_count\(plain) \(total)\n"
        return lines
    }
}
