/// The grammar of a mailbox, `local@domain`, which the whole product shares: what an account may have and what a mail
/// can be sent to (RFC 5321, sections 4.1.2 and 4.5.3.1, without quoted local parts and internationalised addresses,
/// which many servers reject).
package struct MailboxSyntax: Sendable {
    package let localPart: Substring
    /// Without address literals such as `[192.0.2.1]`.
    package let domain: Substring

    /// The longest address that the commands of SMTP can name, in bytes.
    package static let longest = 254
    private static let (longestLocalPart, longestLabel) = (64, 63)

    /// Returns nil unless the text is a mailbox.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest, let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        localPart = text[..<at]
        domain = text[text.index(after: at)...]
        guard Self.isLocalPart(localPart), Self.isDomain(domain) else { return nil }
    }

    /// Whether the text is a dot-atom: parts of letters, digits and `!#$%&'*+-/=?^_`{|}~`, one dot between two.
    package static func isLocalPart(_ text: Substring) -> Bool {
        text.utf8.count <= longestLocalPart
            && text.utf8.split(separator: dot, omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtom) }
    }

    /// Whether the text is a host name (RFC 1123, section 2.1): labels of letters, digits and inner hyphens.
    package static func isDomain(_ text: Substring) -> Bool {
        text.utf8.split(separator: dot, omittingEmptySubsequences: false).allSatisfy { label in
            (1...longestLabel).contains(label.count) && label.allSatisfy { isLetterOrDigit($0) || $0 == hyphen }
                && label.first != hyphen && label.last != hyphen
        }
    }

    private static let (dot, hyphen) = (UInt8(ascii: "."), UInt8(ascii: "-"))
    private static let symbols = Set("!#$%&'*+-/=?^_`{|}~".utf8)

    private static func isAtom(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || symbols.contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
