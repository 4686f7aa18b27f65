/// An e-mail address: one `@`, a local part before it, a domain with a dot after it, no spaces or control characters,
/// only ASCII (mail servers rarely accept more), at most 254 bytes (RFC 5321). Whether it exists, only a mail to it can
/// tell.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        guard Self.isAddress(text) else {
            throw DomainError(field: "email", reason: "Email must be a valid e-mail address")
        }
        description = text
    }

    /// The same text for every spelling of the address; the key of limits.
    package var key: String { description.lowercased() }

    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 254 else { return false }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64 else { return false }
        let forbidden: Set<Unicode.Scalar> = ["<", ">", "(", ")", "[", "]", ",", ";", ":", "\"", "\\"]
        let isClean = text.unicodeScalars.allSatisfy { scalar in
            (0x21...0x7E).contains(scalar.value) && !forbidden.contains(scalar)
        }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return isClean && labels.count >= 2
            && labels.allSatisfy { !$0.isEmpty && $0.utf8.count <= 63 && $0.first != "-" && $0.last != "-" }
    }
}
