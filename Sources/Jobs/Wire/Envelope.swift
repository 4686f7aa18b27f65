import Chassis
package import Social

/// A job as Redis holds it: readable JSON, version 1.
package struct Envelope: Sendable {
    package let id: JobID
    package let kind: String
    /// How many attempts have failed.
    package let attempt: Int
    package let trace: String?
    /// The job's own JSON.
    package let args: [UInt8]

    package init(id: JobID, kind: String, attempt: Int, trace: String?, args: [UInt8]) {
        self.id = id
        self.kind = kind
        self.attempt = attempt
        self.trace = trace
        self.args = args
    }

    package init(_ promised: PromisedJob) {
        self.init(id: promised.id, kind: promised.kind, attempt: 0, trace: promised.trace, args: promised.payload)
    }

    /// The form on the wire.
    package var json: [UInt8] {
        var writer = JSONWriter(reserving: args.count + 160)
        writer.object { object in
            object.member("v", 1)
            object.member("id", id.description)
            object.member("kind", kind)
            object.member("attempt", attempt)
            object.member("trace", trace)
            object.member("args", json: args)
        }
        return writer.bytes
    }

    /// Nil for what this version does not understand.
    package init?(json: [UInt8]) {
        guard let members = JSONMembers(json), members.integer("v") == 1,
            let id = members.text("id").flatMap({ JobID($0) }), let kind = members.text("kind"),
            let attempt = members.integer("attempt"), let args = members.raw("args")
        else { return nil }
        self.init(id: id, kind: kind, attempt: attempt, trace: members.text("trace"), args: Array(args))
    }
}
