import Chassis
import Foundation
import Synchronization

/// Parses a moment: `2026-03-29T01:30:00Z`.
func moment(_ text: String) -> Timestamp {
    guard let date = try? Date(text, strategy: .iso8601) else { preconditionFailure("\(text) is not a moment") }
    return Timestamp(unixSeconds: Int(date.timeIntervalSince1970))
}

/// Returns a moment every so many minutes from one moment to another, both included.
func every(_ minutes: Int, from first: String, to last: String) -> [Timestamp] {
    stride(from: moment(first).unixSeconds, through: moment(last).unixSeconds, by: minutes * 60).map {
        Timestamp(unixSeconds: $0)
    }
}

/// Parses local time as ``CronExpression`` counts it: `2026-03-29T01:30`.
func wallMinute(_ text: String) -> Int {
    moment("\(text):00Z").unixSeconds / 60
}

func wallText(_ minute: Int) -> String {
    String(Timestamp(unixSeconds: minute * 60).text(.seconds).prefix(16))
}

/// Moments that tasks recorded; any thread.
final class Timestamps: Sendable {
    private let moments = Mutex<[Timestamp]>([])
    func add(_ more: [Timestamp]) { moments.withLock { $0 += more } }
    var all: [Timestamp] { moments.withLock { $0 } }
}
