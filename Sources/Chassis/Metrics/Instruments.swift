import Synchronization

/// A number that only grows; any thread.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    package init() {}

    package func increment(by amount: Int = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    package var value: Int { count.load(ordering: .relaxed) }
}

/// A distribution of durations from 0.1 ms to 10 s, behind a short lock; any thread.
package final class Histogram: Sendable {
    /// Upper bounds of the buckets, in microseconds.
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

    /// Adds the histogram's samples: cumulative buckets, sum and count.
    func write(to samples: inout PrometheusText.Samples, _ labels: [(String, String)]) {
        let counts = buckets.withLock { $0 }
        var total = 0
        for (bound, count) in zip(Self.bounds, counts) {
            total += count
            let seconds = "\(Double(bound) / 1_000_000)"
            samples.add(Double(total), suffix: "_bucket", labels + [("le", seconds)])
        }
        total += counts[Self.bounds.count]
        samples.add(Double(total), suffix: "_bucket", labels + [("le", "+Inf")])
        samples.add(Double(sum.load(ordering: .relaxed)) / 1_000_000, suffix: "_sum", labels)
        samples.add(Double(total), suffix: "_count", labels)
    }
}
