/// A user name: 3 to 30 of the letters a to z, digits, `_`, `.` and `-`. Only ASCII letters, so that no user can
/// imitate another with letters of another alphabet. Unique without regard to case; kept as typed.
package struct Username: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Names that would clash with paths or mislead users.
    private static let reserved: Set<String> = ["me", "search", "username", "admin", "system"]

    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        guard (3...30).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            throw DomainError(
                field: "username", reason: "Username must be 3 to 30 letters, digits, underscores, dots or hyphens")
        }
        guard !Self.reserved.contains(text.lowercased()) else {
            throw DomainError(field: "username", reason: "Username is reserved")
        }
        description = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
