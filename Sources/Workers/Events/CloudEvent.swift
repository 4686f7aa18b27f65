import Chassis
import Domain
import Storage

/// A recorded event in the form in which it is published: CloudEvents 1.0 in JSON, with the extension `sequence`.
struct CloudEvent: Sendable {
    let event: RecordedEvent
    /// The installation.
    let source: String

    /// The URI of an installation as the source of events.
    static func source(of installation: Identifier) -> String { "urn:uuid:\(installation)" }

    /// The whole event.
    var json: [UInt8] {
        var writer = JSONWriter(reserving: event.data.count + 384)
        writer.object { object in
            object.member("specversion", literal: "1.0")
            object.member("id", event.id.description)
            object.member("source", source)
            object.member("type", event.kind)
            object.member("subject", event.subject.description)
            object.member("time", event.recordedAt, .milliseconds)
            object.member("datacontenttype", literal: "application/json")
            object.member("sequence", sequence)
            object.member("data", json: event.data)
        }
        return writer.bytes
    }

    /// Of twenty digits, so that the order of the texts is that of the numbers.
    private var sequence: String {
        let digits = String(event.sequence)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }
}
