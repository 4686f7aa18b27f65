/// The rules of the texts in a profile.
package enum ProfileText {
    private static let biographyRules = TextRules.prose(atMost: 1_000)

    /// A first or last name: 1 to 50 characters on one line.
    package static func name(_ text: String, field: String) throws(DomainError) -> String {
        try line(text, field: field, atMost: 50)
    }

    /// 0 to 1,000 characters; line breaks are kept.
    package static func biography(_ text: String, field: String = "bio") throws(DomainError) -> String {
        guard !text.isEmpty else { return text }
        do {
            return try biographyRules.read(text)
        } catch {
            switch error {
            case .tooLong: throw DomainError(field: field, reason: "\(field) must be at most 1000 characters long")
            case .showsNothing: throw DomainError(field: field, reason: "\(field) must show something")
            case .forbiddenCharacter:
                throw DomainError(field: field, reason: "\(field) must not contain control characters")
            }
        }
    }

    /// A telephone number: an optional plus sign, then digits, spaces, hyphens, dots or parentheses; 5 to 15 digits.
    package static func phone(_ text: String, field: String = "phone") throws(DomainError) -> String {
        let digits = text.utf8.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (5...15).contains(digits), text.wholeMatch(of: /\+?[0-9 .()\-]{5,24}/) != nil else {
            throw DomainError(field: field, reason: "\(field) must be a telephone number")
        }
        return text
    }

    /// An address in the web, `http` or `https`, of at most 2,048 bytes.
    package static func webAddress(_ text: String, field: String) throws(DomainError) -> String {
        let isClean = text.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) && $0 != "\"" && $0 != "<" }
        guard text.utf8.count <= 2_048, isClean, text.wholeMatch(of: /https?:\/\/[^\/?#@\s]+([\/?#].*)?/) != nil else {
            throw DomainError(field: field, reason: "\(field) must be an http or https address")
        }
        return text
    }

    static func line(_ text: String, field: String, atMost limit: Int) throws(DomainError) -> String {
        do {
            return try TextRules.name(atMost: limit).read(text)
        } catch {
            switch error {
            case .tooLong, .showsNothing:
                throw DomainError(field: field, reason: "\(field) must be 1 to \(limit) characters long")
            case .forbiddenCharacter:
                throw DomainError(
                    field: field,
                    reason: "\(field) must not contain control characters or change the direction of text")
            }
        }
    }
}
