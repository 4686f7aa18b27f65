package import Chassis
import Domain
import Postgres
import Redis

/// The state of a job, as operators name it.
package enum JobState: String, Sendable, CaseIterable {
    /// Due: it runs as soon as a worker is free.
    case queued
    /// Due later: enqueued with a delay, or rescheduled after a failure.
    case delayed
    case running
    /// Runs when its batch has ended.
    case waiting
    case dead
    case done
    case cancelled

    /// Whether jobs stay in it until they are removed.
    package var isEnd: Bool { [.dead, .done, .cancelled].contains(self) }
}

/// A job in a list.
package struct JobSummary: Sendable {
    /// A ``JobID``, except for elements that are not jobs.
    package let id: String
    package let queue: String
    package let kind: String
    package let state: JobState
    /// How many attempts have failed.
    package let attempt: Int
    /// The time by which the list is sorted: when it is due, began to wait, or ended; of running ones, when they were
    /// enqueued.
    package let time: Timestamp
    package let error: String?
    /// Of running ones.
    package internal(set) var worker: String?
    package let isEphemeral: Bool

    /// - Parameter row: A result of the statements of ``QueueInspector/jobs(of:_:limit:isNewestFirst:)``.
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

    /// - Parameter values: One entry of a reply of `list.lua`.
    init(_ queue: QueueName, _ state: JobState, _ values: ArraySlice<RedisValue>) {
        let values = Array(values)
        let deadLetter = state == .dead ? DeadLetter(values[1].bytes ?? []) : nil
        let envelope = deadLetter?.envelope ?? Envelope(json: values[1].bytes ?? [])
        let milliseconds = values[3].integer ?? 0
        id = values[0].text ?? ""
        self.queue = queue.rawValue
        self.state = state
        kind = envelope?.kind ?? "?"
        attempt = envelope?.attempt ?? 0
        time = Timestamp(microseconds: Int64(milliseconds > 0 ? milliseconds : envelope?.enqueuedAt ?? 0) * 1_000)
        error = deadLetter?.error
        worker = values[2].text.flatMap { $0.isEmpty ? nil : $0 }
        isEphemeral = envelope?.isEphemeral ?? (state == .dead)
    }
}
