internal import Domain

/// A mailbox (RFC 5322, section 3.4): an address with an optional display name.
package struct MailAddress: Hashable, Sendable {
    package let name: String?
    /// The address: a `MailboxSyntax` of the product's accounts, or a local part at an address literal.
    package let address: String

    /// - Throws: ``MailFormatError`` if the name holds control characters or the address is invalid.
    package init(name: String? = nil, address: String) throws(MailFormatError) {
        if let name { try name.rejectControlCharacters(in: "name") }
        guard Self.isAddress(address) else { throw MailFormatError(description: "This is not an e-mail address") }
        self.name = name?.isEmpty == true ? nil : name
        self.address = address
    }

    /// Parses `address`, `<address>` or `name <address>`; the name may be quoted.
    package init(parsing text: String) throws(MailFormatError) {
        guard text.last == ">", let bracket = text.lastIndex(of: "<") else {
            try self.init(address: text)
            return
        }
        var name = text[..<bracket].drop { $0 == " " }
        while name.last == " " { name.removeLast() }
        if name.count >= 2, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
        try self.init(name: String(name), address: String(text[text.index(after: bracket)...].dropLast()))
    }

    /// The part behind the `@`.
    package var domain: String { String(address[address.index(after: atSign)...]) }

    private var atSign: String.Index { address.lastIndex(of: "@") ?? address.startIndex }

    /// The mailbox of an account, or one of this machine as a sender: `no-reply@localhost`, `a@[127.0.0.1]`.
    private static func isAddress(_ text: String) -> Bool {
        if MailboxSyntax(text) != nil { return true }
        guard text.utf8.count <= MailboxSyntax.longest,
            let match = text.wholeMatch(of: /([^@]+)@\[[A-Fa-f0-9.:IPv]+\]/)
        else { return false }
        return MailboxSyntax.isLocalPart(match.1)
    }
}

extension String {
    /// Throws if the text holds control characters: a line break would inject another header.
    func rejectControlCharacters(in place: String) throws(MailFormatError) {
        guard unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw MailFormatError(description: "The \(place) contains a control character")
        }
    }
}
