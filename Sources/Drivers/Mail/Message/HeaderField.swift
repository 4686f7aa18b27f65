internal import FoundationEssentials

/// Renders header fields in ASCII, folded; other text becomes encoded-words (RFC 2047).
///
/// The values hold no control characters: ``MailMessage`` and ``MailAddress`` reject them.
enum HeaderField {
    /// The maximal lengths of a line (RFC 5322, section 2.1.1), of one with encoded-words, and of an encoded-word
    /// (RFC 2047, section 2).
    private static let (longestLine, longestEncodedLine, longestWord) = (78, 76, 75)
    private static let (wordStart, wordEnd) = ("=?UTF-8?B?", "?=")

    static func text(_ text: String, named name: String) -> String {
        let plain = "\(name): \(text)"
        if isPlain(text), !text.hasPrefix(" "), !text.hasSuffix(" "), plain.utf8.count <= longestLine { return plain }
        return "\(name): " + encodedWords(text, column: name.utf8.count + 2)
    }

    static func address(_ address: MailAddress, named name: String) -> String {
        guard let displayName = address.name else { return "\(name): \(address.address)" }
        let quoted = "\(name): " + quotedString(displayName)
        let field =
            isPlain(displayName) && quoted.utf8.count <= longestLine
            ? quoted : "\(name): " + encodedWords(displayName, column: name.utf8.count + 2)
        let mailbox = "<\(address.address)>"
        let lastLine = field.utf8.reversed().prefix { $0 != 0x0A }.count
        let separator = lastLine + 1 + mailbox.utf8.count <= longestEncodedLine ? " " : "\r\n "
        return field + separator + mailbox
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    }

    private static func quotedString(_ text: String) -> String {
        let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "\"" + String(escaped) + "\""
    }

    /// Splits a text into encoded-words; no character is divided between two of them (section 5).
    private static func encodedWords(_ text: String, column: Int) -> String {
        var words: [String] = []
        var bytes: [UInt8] = []
        var capacity = wordCapacity(column: column)
        for scalar in text.unicodeScalars {
            let next = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            if bytes.count + next.count > capacity {
                words.append(word(bytes))
                bytes = []
                capacity = wordCapacity(column: 1)
            }
            bytes += next
        }
        return (words + [word(bytes)]).joined(separator: "\r\n ")
    }

    /// The number of bytes that fit an encoded-word at a column: three per four base64 digits.
    private static func wordCapacity(column: Int) -> Int {
        let room = min(longestWord, longestEncodedLine - column) - wordStart.utf8.count - wordEnd.utf8.count
        return room / 4 * 3
    }

    private static func word(_ bytes: [UInt8]) -> String {
        wordStart + Data(bytes).base64EncodedString() + wordEnd
    }
}
