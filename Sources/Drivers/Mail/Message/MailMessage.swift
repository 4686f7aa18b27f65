package import Chassis

/// One e-mail to one recipient. A message that exists can be rendered and sent: what could not is refused here.
package struct MailMessage: Sendable {
    /// The stable name of the message: it makes the Message-ID, by which a recipient recognises a duplicate.
    package let id: String
    package let from: MailAddress
    package let to: MailAddress
    package let subject: String
    package let text: String
    /// The same in HTML, for readers that show it.
    package let html: String?
    package let date: Timestamp

    /// The id is that of the job that sends it: 1 to 64 letters, digits, `-` and `_`. The subject has no control
    /// characters. Lines of the text may end in any way.
    package init(
        id: String, from: MailAddress, to: MailAddress, subject: String, text: String, html: String? = nil,
        date: Timestamp
    ) throws(MailFormatError) {
        guard id.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
            throw MailFormatError(description: "The id of a message is 1 to 64 letters, digits, - and _")
        }
        try subject.refuseControlCharacters(in: "subject")
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

    /// The message as it travels: RFC 5322 and MIME (RFC 2045 to 2047), in ASCII, with CRLF, no line over 78 characters
    /// but for long addresses. The same message gives the same bytes.
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

/// What a message or an address may not contain. The text names the rule and never repeats the value.
package struct MailFormatError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

extension Timestamp {
    /// The date of RFC 5322, section 3.3: like HTTP's, but `GMT` is obsolete in mail.
    var mailDate: String { httpDate.dropLast("GMT".count) + "+0000" }
}
