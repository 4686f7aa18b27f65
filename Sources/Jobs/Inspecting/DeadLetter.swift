import Chassis
import FoundationEssentials

/// What Redis keeps of something dead that lives in Redis alone.
struct DeadLetter {
    let error: String
    /// Nil for what never was a job, or none that this version understands.
    let envelope: Envelope?
    /// What was taken for an envelope.
    let text: String

    private struct Members: Decodable {
        let error: String
        let envelope: String
    }

    /// - Parameter json: As `common.lua` buries it.
    init?(_ json: [UInt8]) {
        // Lua writes the bytes as they are: what is no UTF-8 must not hide the rest.
        let text = String(decoding: json, as: UTF8.self)
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(text.utf8)) else { return nil }
        error = members.error
        self.text = members.envelope
        envelope = Envelope(json: Array(members.envelope.utf8))
    }
}
