package import Chassis
import FoundationEssentials
import Redis

/// What Redis knows of one job.
package struct JobHistory: Sendable {
    package let queue: QueueName
    /// `ready`, `delayed`, `parked` by a limit, `handed over` to a worker, `running`, `dead`, or `known` when the lists
    /// are too long to search.
    package let place: String
    /// The worker that runs it.
    package let worker: String?
    /// Nil when nothing readable is stored.
    package let envelope: Envelope?
    /// The progress that it reported last.
    package let progress: String?
    /// How many workers died while running it.
    package let crashes: Int
    /// When it is due, if that is later.
    package let runAt: Timestamp?
    /// Why it is dead, if it has no row.
    package let error: String?
    /// An element that was taken for a job and is none.
    package let remains: String?

    /// Parses a reply of `find.lua`; nil if the job is nowhere.
    init?(_ queue: QueueName, _ reply: RedisValue) {
        guard let values = reply.array, values.count == 7, let place = values[0].text, !place.isEmpty else {
            return nil
        }
        func text(_ index: Int) -> String? { values[index].text.flatMap { $0.isEmpty ? nil : $0 } }
        let deadLetter = DeadLetter(values[6].bytes ?? [])
        self.queue = queue
        self.place = place
        worker = text(1)
        envelope = Envelope(json: values[2].bytes ?? []) ?? deadLetter?.envelope
        progress = text(3)
        crashes = values[4].integer ?? 0
        let due = values[5].integer ?? 0
        runAt = due > 0 ? Timestamp(microseconds: Int64(due) * 1_000) : nil
        error = deadLetter?.error
        remains = deadLetter.flatMap { $0.envelope == nil ? $0.text : nil }
    }
}

/// A dead letter without an outbox row, as Redis stores it.
struct DeadLetter {
    let error: String
    /// Nil for an element that is not a job, or not one that this version understands.
    let envelope: Envelope?
    /// The bytes of the envelope.
    let text: String

    private struct Members: Decodable {
        let error: String
        let envelope: String
    }

    /// - Parameter json: As `common.lua` writes it.
    init?(_ json: [UInt8]) {
        // Lua writes the bytes as they are: invalid UTF-8 must not hide the rest.
        let text = String(decoding: json, as: UTF8.self)
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(text.utf8)) else { return nil }
        error = members.error
        self.text = members.envelope
        envelope = Envelope(json: Array(members.envelope.utf8))
    }
}
