import Chassis
package import Domain

/// A job as Redis stores it: readable JSON, version 1. It begins with the version and the id, because the scripts find
/// the id of an ephemeral job by its position. Unknown members are ignored; members of later versions may be absent.
package struct Envelope: Sendable {
    package let id: JobID
    package let kind: String
    /// How many attempts have failed.
    package let attempt: Int
    package let trace: String?
    /// When it was enqueued, or is due if that is later, by the clock of its producer, in Unix milliseconds; 0 if
    /// unknown. For metrics, and for the sweep's view on delayed copies.
    package let enqueuedAt: Int
    package let priority: Priority
    package let batch: JobID?
    /// Whether it has no outbox row.
    package let isEphemeral: Bool
    /// The job's own JSON.
    package let args: [UInt8]

    package init(
        id: JobID, kind: String, attempt: Int = 0, trace: String?, enqueuedAt: Int = 0, priority: Priority = .normal,
        batch: JobID? = nil, isEphemeral: Bool = false, args: [UInt8]
    ) {
        self.id = id
        self.kind = kind
        self.attempt = attempt
        self.trace = trace
        self.enqueuedAt = enqueuedAt
        self.priority = priority
        self.batch = batch
        self.isEphemeral = isEphemeral
        self.args = args
    }

    /// Returns the same job after some attempts have failed.
    func withAttempt(_ attempt: Int) -> Envelope {
        Envelope(
            id: id, kind: kind, attempt: attempt, trace: trace, enqueuedAt: enqueuedAt, priority: priority,
            batch: batch, isEphemeral: isEphemeral, args: args)
    }

    package var json: [UInt8] {
        EnvelopeForm(
            kind: kind, attempt: attempt, trace: trace, enqueuedAt: enqueuedAt, priority: priority, batch: batch,
            isEphemeral: isEphemeral
        ).json(id, args)
    }

    /// Parses an envelope; nil if this version does not understand it.
    package init?(json: [UInt8]) {
        guard let members = JSONMembers(json), members.integer("v") == 1,
            let id = members.text("id").flatMap({ JobID($0) }), let kind = members.text("kind"),
            let attempt = members.integer("attempt"), let args = members.raw("args")
        else { return nil }
        self.init(
            id: id, kind: kind, attempt: attempt, trace: members.text("trace"),
            enqueuedAt: members.integer("enqueuedAt") ?? 0,
            priority: Priority(number: members.integer("priority") ?? 0),
            batch: members.text("batch").flatMap { JobID($0) },
            isEphemeral: members.raw("ephemeral")?.elementsEqual("true".utf8) ?? false, args: Array(args))
    }
}
