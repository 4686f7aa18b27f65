/// A user name: 3 to 30 of the letters a to z, digits, `_`, `.` and `-`. Only ASCII letters, so that nobody can look
/// like somebody else with letters of another alphabet. Unique without regard to case; kept as typed.
package struct Username: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Arguments that are paths of some surface.
    private static let reserved: Set<String> = ["me", "search", "username", "admin", "system"]

    /// - Throws: ``DomainError`` with a sentence for the person who typed it.
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
