package import Chassis

/// An e-mail to one recipient, validated so that it can be rendered and sent.
package struct MailMessage: Sendable {
    /// The stable name of the message: it makes the Message-ID, by which a recipient recognises a duplicate.
    package let id: String
    package let from: MailAddress
    package let to: MailAddress
    package let subject: String
    package let text: String
    /// The HTML alternative.
    package let html: String?
    package let date: Timestamp

    /// - Parameters:
    ///   - id: 1 to 64 letters, digits, `-` and `_`; equal for every attempt to send the message.
    ///   - subject: Without control characters.
    ///   - text: Lines end in CR, LF or CRLF.
    package init(
        id: String, from: MailAddress, to: MailAddress, subject: String, text: String, html: String? = nil,
        date: Timestamp
    ) throws(MailFormatError) {
        guard id.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
            throw MailFormatError(description: "The id of a message is 1 to 64 letters, digits, - and _")
        }
        try subject.rejectControlCharacters(in: "subject")
        self.id = id
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.date = date
    }
}

extension MailMessage {
    /// Neither quoted-printable nor base 64 can contain `=_` (RFC 2045, section 6.7), so no body contains this.
    private static let boundary = "=_alternative"

    /// Returns the message in RFC 5322 and MIME (RFC 2045 to 2047) form: ASCII, CRLF, lines of at most 78 characters
    /// except for long addresses. Deterministic.
    package func rendered() -> [UInt8] {
        var lines = [
            "Date: \(date.mailDate)",
            HeaderField.address(from, named: "From"),
            HeaderField.address(to, named: "To"),
            HeaderField.text(subject, named: "Subject"),
            "Message-ID: <\(id)@\(from.domain)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ]
        if let html {
            lines += ["Content-Type: multipart/alternative; boundary=\"\(Self.boundary)\"", ""]
            lines += ["--" + Self.boundary] + part(text, "text/plain")
            lines += ["--" + Self.boundary] + part(html, "text/html")
            lines += ["--" + Self.boundary + "--"]
        } else {
            lines += part(text, "text/plain")
        }
        return lines.flatMap { $0.utf8 + [0x0D, 0x0A] }
    }

    private func part(_ text: String, _ type: String) -> [String] {
        let body = EncodedBody(text)
        let headers = ["Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: \(body.encoding.rawValue)"]
        return headers + [""] + body.lines
    }
}

/// A violation of the rules for messages and addresses. The description names the rule and never repeats the value.
package struct MailFormatError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

extension Timestamp {
    /// The date in RFC 5322 form (section 3.3): like HTTP's, but `GMT` is obsolete in mail.
    var mailDate: String { httpDate.dropLast("GMT".count) + "+0000" }
}
