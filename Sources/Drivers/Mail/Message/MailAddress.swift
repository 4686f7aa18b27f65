/// A mailbox (RFC 5322, section 3.4), perhaps with the name of whom it belongs to.
package struct MailAddress: Hashable, Sendable {
    package let name: String?
    /// The address itself: a dot-atom, `@`, a domain, all in ASCII. Quoted local parts and internationalised addresses
    /// are refused, since not every server on the way takes them.
    package let address: String

    /// The name has no control characters.
    package init(name: String? = nil, address: String) throws(MailFormatError) {
        if let name { try name.refuseControlCharacters(in: "name") }
        guard Self.isAddress(address) else { throw MailFormatError(description: "This is not an e-mail address") }
        self.name = name?.isEmpty == true ? nil : name
        self.address = address
    }

    /// Reads `address`, `<address>` or `name <address>`; the name may stand in quotation marks.
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

    /// What follows the `@`.
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
    /// A line break in a header would begin another header of the sender's choice.
    func refuseControlCharacters(in place: String) throws(MailFormatError) {
        guard unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw MailFormatError(description: "The \(place) contains a control character")
        }
    }
}
