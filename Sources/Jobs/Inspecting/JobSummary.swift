package import Chassis
import Domain
import Postgres
import Redis

/// One line about a job.
package struct JobSummary: Sendable {
    /// A ``JobID``, but for things that never were jobs.
    package let id: String
    package let queue: String
    package let kind: String
    package let state: JobState
    /// How many attempts have failed.
    package let attempt: Int
    /// What the list is sorted by: when it runs, began to wait, or ended; of running ones, when they were promised.
    package let time: Timestamp
    package let error: String?
    /// Of running ones.
    package internal(set) var worker: String?
    package let isEphemeral: Bool

    /// - Parameter row: Of the list's statements.
    init(_ row: inout Row, _ state: JobState) throws(PostgresError) {
        id = JobID(try row.uuid()).description
        queue = try row.text()
        kind = try row.text()
        attempt = try row.int()
        time = try row.timestamp()
        error = try row.optionalText()
        self.state = state
        isEphemeral = false
    }

    /// - Parameter values: One entry of what `list.lua` returns.
    init(_ queue: QueueName, _ state: JobState, _ values: ArraySlice<RedisValue>) {
        let values = Array(values)
        let grave = state == .dead ? DeadLetter(values[1].bytes ?? []) : nil
        let envelope = grave?.envelope ?? Envelope(json: values[1].bytes ?? [])
        let milliseconds = values[3].integer ?? 0
        id = values[0].text ?? ""
        self.queue = queue.rawValue
        self.state = state
        kind = envelope?.kind ?? "?"
        attempt = envelope?.attempt ?? 0
        time = Timestamp(microseconds: Int64(milliseconds > 0 ? milliseconds : envelope?.enqueuedAt ?? 0) * 1_000)
        error = grave?.error
        worker = values[2].text.flatMap { $0.isEmpty ? nil : $0 }
        isEphemeral = envelope?.isEphemeral ?? (state == .dead)
    }
}
