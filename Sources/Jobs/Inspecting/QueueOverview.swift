import Chassis
import Redis

/// How one queue stands.
package struct QueueOverview: Sendable {
    /// What all workers together have done with one kind of job since Redis began to count.
    package struct Kind: Sendable {
        package let kind: String
        package var done = 0
        /// Attempts, not jobs.
        package var failed = 0
        package var dead = 0
        /// Of those that are done, in all.
        package var waitMilliseconds = 0
        package var runMicroseconds = 0

        package var meanWaitSeconds: Double { done == 0 ? 0 : Double(waitMilliseconds) / 1_000 / Double(done) }
        package var meanRunSeconds: Double { done == 0 ? 0 : Double(runMicroseconds) / 1_000_000 / Double(done) }
    }

    package let queue: QueueName
    package let high: Int
    package let normal: Int
    package let low: Int
    package let delayed: Int
    package let running: Int
    /// Kept waiting by limits.
    package let parked: Int
    /// Dead ones that live in Redis alone.
    package let graves: Int
    package let workers: Int
    package let isPaused: Bool
    /// How many jobs ended in the last whole minute.
    package let endedLastMinute: Int
    /// How long the oldest waits that could run.
    package let oldestMilliseconds: Int
    package let kinds: [Kind]

    package var queued: Int { high + normal + low }
    package var perSecond: Double { Double(endedLastMinute) / 60 }

    /// - Parameter answer: What `inspect.lua` returns.
    init?(_ queue: QueueName, _ answer: RedisValue) {
        guard let values = answer.array, values.count >= 11 else { return nil }
        let numbers = values.prefix(11).map { $0.integer ?? 0 }
        self.queue = queue
        high = numbers[0]
        normal = numbers[1]
        low = numbers[2]
        delayed = numbers[3]
        running = numbers[4]
        parked = numbers[5]
        graves = numbers[6]
        workers = numbers[7]
        isPaused = numbers[8] == 1
        endedLastMinute = numbers[9]
        oldestMilliseconds = numbers[10]
        kinds = Self.kinds(values.dropFirst(11))
    }

    /// - Parameter stats: Names such as `done:send-welcome`, each followed by its number.
    private static func kinds(_ stats: ArraySlice<RedisValue>) -> [Kind] {
        var kinds: [String: Kind] = [:]
        for index in stride(from: stats.startIndex, to: stats.endIndex - 1, by: 2) {
            guard let name = stats[index].text, let number = stats[index + 1].integer else { continue }
            let parts = name.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            var kind = kinds[String(parts[1])] ?? Kind(kind: String(parts[1]))
            switch parts[0] {
            case "done": kind.done = number
            case "failed": kind.failed = number
            case "dead": kind.dead = number
            case "wait_milliseconds": kind.waitMilliseconds = number
            case "run_microseconds": kind.runMicroseconds = number
            default: continue
            }
            kinds[kind.kind] = kind
        }
        return kinds.values.sorted { $0.kind < $1.kind }
    }
}
