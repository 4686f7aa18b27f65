import Chassis
import Redis

/// The state of one queue in Redis.
package struct QueueOverview: Sendable {
    /// The totals of one kind of job over all workers since Redis began to count.
    package struct Kind: Sendable {
        package let kind: String
        package var done = 0
        /// Attempts, not jobs.
        package var failed = 0
        package var dead = 0
        /// Runs, not jobs, that a condition of the machine ended.
        package var postponed = 0
        /// The sum over all done jobs.
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
    /// Jobs that wait because a limit is reached.
    package let parked: Int
    /// Dead jobs without an outbox row.
    package let deadLetters: Int
    package let workers: Int
    package let isPaused: Bool
    /// How many jobs ended in the last whole minute.
    package let endedLastMinute: Int
    /// The age of the oldest runnable job.
    package let oldestMilliseconds: Int
    package let kinds: [Kind]

    package var queued: Int { high + normal + low }
    package var perSecond: Double { Double(endedLastMinute) / 60 }

    /// Parses a reply of `inspect.lua`.
    init?(_ queue: QueueName, _ reply: RedisValue) {
        guard let values = reply.array, values.count >= 11 else { return nil }
        let numbers = values.prefix(11).map { $0.integer ?? 0 }
        self.queue = queue
        high = numbers[0]
        normal = numbers[1]
        low = numbers[2]
        delayed = numbers[3]
        running = numbers[4]
        parked = numbers[5]
        deadLetters = numbers[6]
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
            case "postponed": kind.postponed = number
            case "wait_milliseconds": kind.waitMilliseconds = number
            case "run_microseconds": kind.runMicroseconds = number
            default: continue
            }
            kinds[kind.kind] = kind
        }
        return kinds.values.sorted { $0.kind < $1.kind }
    }
}

/// The numbers of rows of a queue in states that Redis does not know.
package struct RetainedJobs: Sendable {
    /// Dead jobs with a row; add those of ``QueueOverview/deadLetters``.
    package let dead: Int
    /// Jobs that wait for their batches to end.
    package let waiting: Int

    package static let none = RetainedJobs(dead: 0, waiting: 0)
}
