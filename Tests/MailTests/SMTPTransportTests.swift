import Mail
import TestSupport
import Testing

@Suite struct SMTPTransportTests {
    @Test func `a message in Cyrillic arrives unchanged`() async throws {
        let server = try await SMTPServer.start()
        let subject = "Добро пожаловать в SocialPlay, Анна! Это тема, которой не хватит одной строки 😀"
        let message = try testMail(
            id: "01J-42", from: "Социальная игра <no-reply@mail.test>", name: "Анна Ёлкина", subject: subject,
            text: "Привет, Анна!\nСсылка: https://example.org/?token=abc=&x=1\n",
            html: "<p>Привет, <b>Анна</b>!</p>\n")
        try await server.transport().sendOnThread(message)

        let received = try #require(try server.received().first)
        #expect(received.sender == "no-reply@mail.test")
        #expect(received.recipients == ["anna@example.org"])
        #expect(received.from == "Социальная игра <no-reply@mail.test>")
        #expect(received.to == "Анна Ёлкина <anna@example.org>")
        #expect(received.subject == subject)
        #expect(received.messageID == "<01J-42@mail.test>")
        #expect(received.unixTime == 1_710_498_600)
        #expect(received.text == "Привет, Анна!\nСсылка: https://example.org/?token=abc=&x=1\n")
        #expect(received.html == "<p>Привет, <b>Анна</b>!</p>\n")
        #expect(received.defects.isEmpty)
        #expect(Array(received.raw.utf8) == message.rendered())
    }

    @Test func `bodies of every kind arrive`() async throws {
        let server = try await SMTPServer.start()
        let transport = try server.transport()
        let texts = [
            "", "\n", ".", ".\n", "a\n.\nb\n", "..\n.leading dots\n", "trailing blank \nand tab\t\n", "=3D =\n= \n",
            String(repeating: "x", count: 75), String(repeating: "x", count: 76), String(repeating: "x", count: 77),
            String(repeating: "long line without end ", count: 200), String(repeating: "=", count: 100),
            "no newline at the end", "a\r\nb\rc\n\n\nd\n", "--=_alternative--\n", "From here\n",
            "NUL \u{0} and \u{1B}\n",
            String(repeating: "Ж😀é\n", count: 2_000),
        ]
        for text in texts {
            try await transport.sendOnThread(try testMail(text: text, html: text))
            try await transport.sendOnThread(try testMail(text: text))
        }
        let received = try server.received()
        try #require(received.count == texts.count * 2)
        for (index, text) in texts.enumerated() {
            let (both, plain) = (received[index * 2], received[index * 2 + 1])
            let expected = withoutLastNewline(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
            #expect(withoutLastNewline(both.text ?? "") == expected)
            #expect(withoutLastNewline(both.html ?? "") == expected)
            #expect(withoutLastNewline(plain.text ?? "") == expected)
            #expect(both.defects.isEmpty && plain.defects.isEmpty)
        }
    }

    @Test func `subjects and names of every kind arrive`() async throws {
        let server = try await SMTPServer.start()
        let transport = try server.transport()
        let alphabet: [Character] = [
            "a", "B", "7", " ", "\"", "\\", "?", "=", "_", "<", ">", "@", ",", "é", "Ж", "😀", "漢", ".",
        ]
        let subjects = (0..<60).map { length in
            "s" + String((0..<length).compactMap { _ in alphabet.randomElement() }) + "e"
        }
        for subject in subjects {
            try await transport.sendOnThread(try testMail(name: subject, subject: subject))
        }
        let received = try server.received()
        #expect(received.map(\.subject) == subjects)
        #expect(received.allSatisfy { $0.to.hasSuffix("<anna@example.org>") && $0.recipients == ["anna@example.org"] })
        #expect(received.allSatisfy { $0.defects.isEmpty })
    }

    @Test func `one connection serves many messages`() async throws {
        let server = try await SMTPServer.start()
        let transport = try server.transport()
        for _ in 0..<5 { try await transport.sendOnThread(try testMail()) }
        let received = try server.received()
        #expect(received.count == 5)
        #expect(Set(received.map(\.connection)).count == 1)
    }

    @Test func `many threads send at once and nothing is lost`() async throws {
        let server = try await SMTPServer.start()
        let transport = try server.transport()
        let subjects = (0..<60).map { "Message \($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for subject in subjects {
                group.addTask { try await transport.sendOnThread(try testMail(subject: subject)) }
            }
            try await group.waitForAll()
        }
        let received = try server.received()
        #expect(Set(received.map(\.subject)) == Set(subjects))
        #expect(received.count == subjects.count)
        #expect(Set(received.map(\.connection)).count <= 16)
    }

    @Test(arguments: [SMTPServer.Behaviour.Disconnection.withReply, .silently])
    func `a connection that the server closed is replaced`(disconnection: SMTPServer.Behaviour.Disconnection)
        async throws
    {
        var behaviour = SMTPServer.Behaviour()
        behaviour.disconnects = disconnection
        let server = try await SMTPServer.start(behaviour)
        let transport = try server.transport()
        for _ in 0..<3 { try await transport.sendOnThread(try testMail()) }
        let received = try server.received()
        #expect(received.count == 3)
        #expect(Set(received.map(\.connection)).count == 3)
    }

    @Test func `without STARTTLS mail is sent unencrypted`() async throws {
        let server = try await SMTPServer.start()
        try await server.transport().sendOnThread(try testMail())
        #expect(try server.received().map(\.isEncrypted) == [false])
    }

    @Test func `STARTTLS is used when offered`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.encryption = .offered
        let server = try await SMTPServer.start(behaviour)
        try await server.transport(authorities: server.certificate).sendOnThread(try testMail())
        #expect(try server.received().map(\.isEncrypted) == [true])
    }

    @Test func `smtps begins with TLS`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.encryption = .always
        let server = try await SMTPServer.start(behaviour)
        let settings = try MailSettings.parse("smtps://127.0.0.1:\(server.port)")
        try await SMTPTransport(settings, authorities: server.certificate).sendOnThread(try testMail())
        #expect(try server.received().map(\.isEncrypted) == [true])
    }

    @Test func `user and password are sent`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.requireLogin(user: "anna@mail.test", password: "п: /%")
        let server = try await SMTPServer.start(behaviour)
        let settings = try MailSettings.parse("smtp://anna%40mail.test:%D0%BF:%20%2F%25@127.0.0.1:\(server.port)")
        try await SMTPTransport(settings).sendOnThread(try testMail())
        #expect(try server.received().map(\.isLoggedIn) == [true])
    }

    private func withoutLastNewline(_ text: String) -> String { text.hasSuffix("\n") ? String(text.dropLast()) : text }
}
