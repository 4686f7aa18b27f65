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
