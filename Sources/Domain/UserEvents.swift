/// The place of an event in the log of its user: its number, and its time. A database that was restored to an earlier
/// point gives numbers again, and then the time tells the difference. Clients pass it on as they got it.
package struct EventPosition: Hashable, Sendable, LosslessStringConvertible {
    /// Counts the events of one user from 1.
    package let sequence: Int
    /// Since 1970.
    package let microseconds: Int64

    package init(sequence: Int, microseconds: Int64) {
        self.sequence = sequence
        self.microseconds = microseconds
    }

    /// Before the first event.
    package static let start = EventPosition(sequence: 0, microseconds: 0)
    private static let longestSequence = 1 << 53
    /// The end of the year 9999.
    private static let latest: Int64 = 253_402_300_799_999_999

    /// Reads the text of ``description``; nil for any other.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ Self.isNumber($0) }),
            let sequence = Int(Substring(parts[0])), let microseconds = Int64(Substring(parts[1])),
            sequence <= Self.longestSequence, microseconds <= Self.latest
        else { return nil }
        self.init(sequence: sequence, microseconds: microseconds)
    }

    private static func isNumber(_ text: Substring.UTF8View) -> Bool {
        (1...18).contains(text.count) && text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    package var description: String { "\(sequence).\(microseconds)" }
}

/// What changed between a user and another.
package enum FriendChange: String, Sendable {
    /// A friend request was sent.
    case requested
    case accepted
    /// A friend request was taken back by its sender or declined by its receiver.
    case withdrawn
    /// A friendship ended.
    case removed
}

/// The last event that a statement has appended for a user.
package struct AppendedEvent: Sendable, Equatable {
    package let user: UserID
    package let position: EventPosition

    package init(user: UserID, position: EventPosition) {
        self.user = user
        self.position = position
    }
}
