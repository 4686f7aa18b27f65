/// A new password: 8 to 128 Unicode scalars of any kind, and none of the most common passwords. Never printed.
package struct Password: Sendable, CustomStringConvertible, CustomReflectable {
    /// The text in canonical composition (NIST SP 800-63B, section 3.1.1.2): the same password is other bytes on the
    /// keyboard of another system. For the hasher alone.
    package let exposed: String

    private let field: String

    /// - Parameter field: The member of the input, named in the error.
    /// - Throws: `validation_failed`.
    package init(_ text: String, field: String = "password") throws(DomainError) {
        // Bytes first: composing and counting a large text is expensive.
        guard text.utf8.count <= 1024 else { throw Self.wrongLength(field) }
        let text = text.composed
        guard (8...128).contains(text.unicodeScalars.count) else { throw Self.wrongLength(field) }
        guard !text.utf8.contains(0) else {
            throw DomainError(field: field, reason: "Password must not contain a NUL character")
        }
        guard !CommonPasswords.contains(text) else {
            throw DomainError(field: field, reason: "Password is one of the most common: choose another")
        }
        exposed = text
        self.field = field
    }

    /// Refuses a password that is the user's name, address or its local part, or the product's name, each also with
    /// digits and punctuation around it: an attacker who knows the account guesses these first.
    /// - Throws: `validation_failed`.
    package func requireUnlike(username: String, email: String) throws(DomainError) {
        let (whole, core) = (exposed.lowercased(), Self.core(of: exposed))
        let known = [username, email, String(email.prefix { $0 != "@" }), "socialplay"]
        let isKnown = known.contains { $0.lowercased() == whole || (core.count >= 3 && Self.core(of: $0) == core) }
        guard !isKnown else {
            throw DomainError(field: field, reason: "Password must not be your name or address: choose another")
        }
    }

    /// Returns the text in lower case from its first to its last letter.
    private static func core(of text: String) -> Substring {
        let letters = Substring(text.lowercased()).drop { !$0.isLetter }
        return letters[..<(letters.lastIndex(where: \.isLetter).map(letters.index(after:)) ?? letters.startIndex)]
    }

    private static func wrongLength(_ field: String) -> DomainError {
        DomainError(field: field, reason: "Password must be 8 to 128 characters long")
    }

    package var description: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The passwords that are guessed first: the 10,000 most common ones of at least eight characters, and runs of equal or
/// consecutive characters.
enum CommonPasswords {
    /// One in each line, in lower case, sorted by bytes: searched as it is, so that nothing is built or kept in memory.
    /// `docs/decisions/0025-common-passwords.md` says where they come from.
    private static let sorted = PackageResources.common_passwords_txt
    private static let lineFeed = UInt8(ascii: "\n")

    static func contains(_ password: String) -> Bool {
        let text = password.lowercased()
        return isListed(Array(text.utf8)) || isRun(Array(text.unicodeScalars.map(\.value)))
    }

    /// A binary search over the bytes: each step reads the line around the middle.
    private static func isListed(_ wanted: [UInt8]) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            var start = (low + high) / 2
            while start > low, sorted[start - 1] != lineFeed { start -= 1 }
            let line = sorted[start...].prefix { $0 != lineFeed }
            if line.elementsEqual(wanted) { return true }
            if line.lexicographicallyPrecedes(wanted) { low = line.endIndex + 1 } else { high = start }
        }
        return false
    }

    /// Returns whether all characters are equal, or count up or down, up to a length of 20.
    private static func isRun(_ characters: [UInt32]) -> Bool {
        guard characters.count <= 20 else { return false }
        let steps = zip(characters, characters.dropFirst()).map { Int($1) - Int($0) }
        guard let first = steps.first, abs(first) <= 1 else { return false }
        return steps.allSatisfy { $0 == first }
    }
}
