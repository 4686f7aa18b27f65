import Foundation

/// The folder in which the product keeps mail when there is no mail server.
package struct Mailbox: Sendable {
    /// A mail as it is stored.
    package struct Mail: Sendable {
        /// The whole message, headers and body.
        package let text: String

        /// The value of a header on one line; nil when there is none.
        package func header(_ name: String) -> String? {
            let head = text.split(separator: "\r\n\r\n", maxSplits: 1).first ?? ""
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name.lowercased()):") }
            return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    /// Returns the mails to an address with a subject, decoded.
    package func decodedMail(to address: String, _ subject: String) -> [DecodedMail] {
        mail(to: address).map(DecodedMail.init).filter { $0.subject == subject }
    }

    /// Returns every mail to an address.
    package func mail(to address: String) -> [Mail] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".eml") }
            .compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
            .map { Mail(text: String(decoding: $0, as: UTF8.self)) }
            .filter { $0.header("To")?.contains(address) == true }
    }
}

/// A mail with decoded words and bodies (RFC 2045, RFC 2047).
package struct DecodedMail: Sendable {
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
