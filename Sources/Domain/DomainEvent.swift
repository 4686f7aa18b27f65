/// Something that happened, for other services: written by the statement that did it, delivered at least once, in order
/// for each subject.
package struct DomainEvent: Sendable {
    /// Stable over repeated deliveries.
    package let id: Identifier
    /// The user whose events are in order with this one.
    package let subject: UserID
    /// Such as `media.track.uploaded`.
    package let kind: Kind
    /// A JSON object.
    package let data: [UInt8]

    package enum Kind: String, Sendable, CaseIterable {
        case userRegistered = "UserRegistered"
        case userDeleted = "user.deleted"
        case trackUploaded = "media.track.uploaded"
        case trackDeleted = "media.track.deleted"
        case profileUpdated = "profile.updated"
        case userFollowed = "user.followed"
        case userUnfollowed = "user.unfollowed"
    }

    package init(id: Identifier, subject: UserID, kind: Kind, data: [UInt8]) {
        self.id = id
        self.subject = subject
        self.kind = kind
        self.data = data
    }

    /// All members as one JSON object, the parameter of the SQL function that inserts the row.
    package var record: [UInt8] {
        Array(#"{"id":"\#(id)","subject":"\#(subject)","kind":"\#(kind.rawValue)","data":"#.utf8) + data
            + [UInt8(ascii: "}")]
    }
}

extension DomainEvent {
    /// Returns what the events of a kind are about: `user`, `profile`, `media`. A kind of a later version begins with
    /// its aggregate and a dot.
    package static func aggregate(of kind: String) -> String {
        if kind == Kind.userRegistered.rawValue { return "user" }
        let name = kind.prefix { $0 != "." }
        return name.utf8.allSatisfy { (0x61...0x7a).contains($0) } && !name.isEmpty ? String(name) : "other"
    }
}
