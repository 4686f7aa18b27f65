/// A user name: 3 to 30 of the letters a to z, digits, `_`, `.` and `-`. Only ASCII letters, so that no user can
/// imitate another with letters of another alphabet. Unique without regard to case; kept as typed.
package struct Username: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        guard (3...30).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            throw DomainError(
                field: "username", reason: "Username must be 3 to 30 letters, digits, underscores, dots or hyphens")
        }
        guard !ReservedNames.contains(text) else {
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

/// User names that would clash with paths (S1-51), or that readers would take for the product, its operators or a
/// deleted account. Dots, underscores, hyphens and case make no difference: `Ad_min` is reserved, too.
enum ReservedNames {
    private static let separators = "._-"

    static func contains(_ name: String) -> Bool {
        let name = name.lowercased()
        if names.contains(name.filter { !separators.contains($0) }) { return true }
        return name.hasPrefix("deleted") && name.dropFirst("deleted".count).first.map(separators.contains) == true
    }

    private static let names: Set<String> = Set(
        """
        abuse admin administrator administrators admins anonymous api auth billing contact deleted deleteduser everyone
        health healthz help helpdesk hostmaster info login logout mailerdaemon me media messages metrics mod moderation
        moderator moderators mods noreply notifications null official operator operators postmaster privacy profile
        readyz register root search security settings socialplay socialplayteam staff status superuser support sysadmin
        sysop system team undefined username users webmaster www
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
