/// A mailbox (RFC 5322, section 3.4): an address with an optional display name.
package struct MailAddress: Hashable, Sendable {
    package let name: String?
    /// The address: a dot-atom, `@`, a domain, all in ASCII. Quoted local parts and internationalised addresses are
    /// rejected, because not every server accepts them.
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

    /// The lengths are those of RFC 5321, section 4.5.3.1.
    private static func isAddress(_ text: String) -> Bool {
        let form = /([A-Za-z0-9!#$%&'*+\/=?^_`{|}~.-]+)@([A-Za-z0-9.-]+|\[[A-Fa-f0-9.:IPv]+\])/
        guard text.utf8.count <= 254, let match = text.wholeMatch(of: form), match.1.utf8.count <= 64 else {
            return false
        }
        return areLabels(match.1) && areLabels(match.2)
    }

    private static func areLabels(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
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
