package import Chassis
import Redis

/// What Redis knows of one job.
package struct JobHistory: Sendable {
    package let queue: QueueName
    /// `ready`, `delayed`, `parked` by a limit, `handed over` to a worker, `running`, `dead`, or `known` when the lists are
    /// too long to look through.
    package let place: String
    /// Who runs it.
    package let worker: String?
    /// Nil when nothing readable is kept.
    package let envelope: Envelope?
    /// What it says of itself while it runs.
    package let progress: String?
    /// How many workers died with it.
    package let crashes: Int
    /// When it may run, if that is later.
    package let runAt: Timestamp?
    /// Why it is dead, if it lives in Redis alone.
    package let error: String?
    /// What was taken for a job and is none.
    package let remains: String?

    /// - Parameter answer: What `find.lua` returns. Nil when it is nowhere.
    init?(_ queue: QueueName, _ answer: RedisValue) {
        guard let values = answer.array, values.count == 7, let place = values[0].text, !place.isEmpty else {
            return nil
        }
        func text(_ index: Int) -> String? { values[index].text.flatMap { $0.isEmpty ? nil : $0 } }
        let grave = DeadLetter(values[6].bytes ?? [])
        self.queue = queue
        self.place = place
        worker = text(1)
        envelope = Envelope(json: values[2].bytes ?? []) ?? grave?.envelope
        progress = text(3)
        crashes = values[4].integer ?? 0
        let due = values[5].integer ?? 0
        runAt = due > 0 ? Timestamp(microseconds: Int64(due) * 1_000) : nil
        error = grave?.error
        remains = grave.flatMap { $0.envelope == nil ? $0.text : nil }
    }
}
