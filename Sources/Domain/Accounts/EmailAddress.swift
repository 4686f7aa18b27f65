/// The e-mail address of an account: a ``MailboxSyntax`` whose domain has at least two labels and can exist in the
/// Internet. Whether the mailbox exists, only a mail to it can tell.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Top-level domains that never lead to a mail server of the Internet (RFC 6761, RFC 6762, RFC 7686, RFC 9476, and
    /// `internal`, which ICANN reserves). `example` and `example.com`, `.net` and `.org` are reserved for documents
    /// (RFC 2606), which register with them: they are accepted, and mail to them is sent in vain.
    private static let reservedDomains: Set<String> = [
        "alt", "arpa", "internal", "invalid", "local", "localhost", "onion", "test",
    ]

    private static let neverInAddresses = Set("<>()[],;:\"\\".utf8)

    /// An address that a new account may have.
    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        guard let mailbox = MailboxSyntax(text), let top = Self.topLevelDomain(mailbox.domain) else {
            throw DomainError(field: "email", reason: "Email must be a valid e-mail address")
        }
        guard !Self.reservedDomains.contains(top) else {
            throw DomainError(field: "email", reason: "Email must not be in a reserved domain")
        }
        description = text
    }

    /// An address that an account may have already, by which it is looked up: the rules for new addresses became
    /// stricter, and accounts keep theirs.
    /// - Throws: `validation_failed` for a text that never was an address.
    package init(existing text: String) throws(DomainError) {
        guard text.utf8.count <= MailboxSyntax.longest, text.utf8.contains(UInt8(ascii: "@")),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.neverInAddresses.contains($0) })
        else { throw DomainError(field: "email", reason: "Email must be a valid e-mail address") }
        description = text
    }

    /// The same text for every spelling of the address; the key of limits.
    package var key: String { description.lowercased() }

    /// The part before the `@`.
    package var localPart: String { String(description.prefix { $0 != "@" }) }

    /// Returns nil for a single label, and for a number, which would be an IPv4 address.
    private static func topLevelDomain(_ domain: Substring) -> String? {
        guard let dot = domain.lastIndex(of: ".") else { return nil }
        let label = domain[domain.index(after: dot)...].lowercased()
        return label.utf8.contains { $0 >= UInt8(ascii: "a") } ? label : nil
    }
}
