import Foundation

/// A mail as people read it: encoded words and bodies decoded (RFC 2045, RFC 2047).
package struct Letter: Sendable {
    package let subject: String
    package let text: String
    package let html: String

    package init(_ mail: Mailbox.Mail) {
        let unfolded = mail.text.replacing("\r\n ", with: " ")
        let head = unfolded.split(separator: "\r\n").first { $0.hasPrefix("Subject: ") }?.dropFirst(9) ?? ""
        subject = Self.decodeWords(String(head))
        let parts = mail.text.components(separatedBy: "\r\n--=_alternative").dropFirst().map(Self.decodePart)
        text = parts.first ?? ""
        html = parts.dropFirst().first ?? ""
    }

    /// The token of the link to a page of the web client.
    package func token(of page: String) -> String? {
        guard let start = text.range(of: "/\(page)?token=") else { return nil }
        return String(text[start.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    }

    private static func decodeWords(_ text: String) -> String {
        text.replacing(/=\?UTF-8\?B\?([A-Za-z0-9+\/=]*)\?= ?/) { match in
            String(decoding: Data(base64Encoded: String(match.1)) ?? Data(), as: UTF8.self)
        }
    }

    private static func decodePart(_ part: String) -> String {
        let pieces = part.components(separatedBy: "\r\n\r\n")
        let body = pieces.dropFirst().joined(separator: "\r\n\r\n")
        if pieces.first?.contains("base64") == true {
            let digits = body.filter { !$0.isNewline }
            return String(decoding: Data(base64Encoded: digits) ?? Data(), as: UTF8.self)
        }
        var bytes: [UInt8] = []
        var rest = Array(body.replacing("=\r\n", with: "").utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "="), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
