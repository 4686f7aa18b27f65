import Mail
import Testing

@Suite struct MailMessageTests {
    @Test func `a plain message is rendered byte for byte`() throws {
        let message = try testMail(id: "01J-7", name: "Anna \"A\" B", subject: "Hi", text: "One\nTwo = 2 \r\n.\rend")
        let expected = """
            Date: Fri, 15 Mar 2024 10:30:00 +0000
            From: "SocialPlay" <no-reply@mail.test>
            To: "Anna \\"A\\" B" <anna@example.org>
            Subject: Hi
            Message-ID: <01J-7@mail.test>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            One
            Two =3D 2=20
            .
            end

            """
        #expect(
            text(of: message)
                == expected.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
    }

    @Test func `a message with HTML carries both alternatives`() throws {
        let text = text(of: try testMail(text: "plain\n", html: "<p>привет, мир</p>"))
        #expect(
            text.contains("Content-Type: multipart/alternative; boundary=\"=_alternative\"\r\n\r\n--=_alternative\r\n"))
        #expect(text.contains("\r\n\r\nplain\r\n--=_alternative\r\nContent-Type: text/html; charset=utf-8\r\n"))
        #expect(text.contains("Content-Transfer-Encoding: base64\r\n\r\nPHA+0L/RgNC40LLQtdGCLCDQvNC40YA8L3A+DQo=\r\n"))
        #expect(text.hasSuffix("\r\n--=_alternative--\r\n"))
    }

    @Test func `the same message gives the same bytes`() throws {
        let message = try testMail(subject: "Привет", html: "<p>x</p>")
        #expect(message.rendered() == message.rendered())
    }

    @Test(arguments: [
        "", "x", String(repeating: "word ", count: 40), String(repeating: "о", count: 300),
        String(repeating: "😀", count: 100), " leading and trailing ", "=?UTF-8?B?aGk=?=",
        String(repeating: "a", count: 500),
    ])
    func `every line is ASCII, ends in CRLF and is short`(text: String) throws {
        let message = try testMail(name: text, subject: text, text: text, html: text)
        let bytes = message.rendered()
        #expect(bytes.allSatisfy { $0 < 0x80 })
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.last?.isEmpty == true)
        for line in lines.dropLast() {
            #expect(line.last == 0x0D)
            #expect(line.count - 1 <= 78)
            #expect(!line.dropLast().contains(0x0D))
        }
    }

    @Test(arguments: ["\r\nBcc: eve@example.org", "a\nb", "a\rb", "nul\u{0}", "tab\t", "del\u{7F}", "next line\u{85}"])
    func `control characters are rejected in a subject and in a name`(text: String) {
        #expect(throws: MailFormatError.self) { try testMail(subject: text) }
        #expect(throws: MailFormatError.self) { try testMail(name: text) }
        #expect(throws: MailFormatError.self) { try testMail(from: "\(text) <a@mail.test>") }
    }

    @Test(arguments: ["", "a b", "a@b", "../a", "a/b", "a\r\nb", "a>b", String(repeating: "a", count: 65)])
    func `an id that is invalid in a header or a file name is rejected`(id: String) {
        #expect(throws: MailFormatError.self) { try testMail(id: id) }
    }

    private func text(of message: MailMessage) -> String { String(decoding: message.rendered(), as: UTF8.self) }
}
