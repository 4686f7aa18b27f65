/// A password that somebody chose: 8 to 128 characters (Unicode scalars) of any kind, and none of the most common. Never
/// printed.
package struct Password: Sendable, CustomStringConvertible, CustomReflectable {
    /// What was typed, for the hasher alone.
    package let exposed: String

    /// - Parameter field: The member it came in, named in the error.
    /// - Throws: ``DomainError`` with a sentence for the person who typed it.
    package init(_ text: String, field: String = "password") throws(DomainError) {
        // Bytes first: counting characters of a megabyte is work that a stranger should not be able to order.
        guard text.utf8.count <= 1024, (8...128).contains(text.unicodeScalars.count) else {
            throw DomainError(field: field, reason: "Password must be 8 to 128 characters long")
        }
        guard !text.utf8.contains(0) else {
            throw DomainError(field: field, reason: "Password must not contain a NUL character")
        }
        guard !CommonPasswords.contains(text) else {
            throw DomainError(field: field, reason: "Password is one that everybody tries first: choose another")
        }
        exposed = text
    }

    package var description: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
