import Mail
import TestSupport
import Testing

@Suite struct SMTPFailureTests {
    enum Kind { case permanent, temporary, unavailable }

    @Test(arguments: [
        ("550 5.1.1 nobody here", Kind.permanent), ("553 5.1.3 bad mailbox", .permanent),
        ("550-5.1.1 nobody\r\n550 5.1.1 here", .permanent), ("503 5.5.1 MAIL first", .temporary),
        ("451 4.3.0 try later", .temporary), ("421 4.3.2 shutting down", .temporary),
        ("530 5.7.0 log in first", .unavailable),
    ])
    func `the reply to RCPT decides whether to retry`(reply: String, kind: Kind) async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.recipientReply = reply
        let server = try await SMTPServer.start(behaviour)
        let failure = try #require(try await server.transport().failure(of: try testMail()))
        #expect(self.kind(of: failure) == kind)
        #expect("\(failure)" == "RCPT: " + reply.replacing("\r\n", with: " "))
    }

    @Test(arguments: [
        ("550 5.7.1 sender refused", Kind.unavailable), ("452 4.3.1 disk full", .unavailable),
        ("552 5.3.4 message too big", .permanent),
    ])
    func `the reply to MAIL is about all messages, unless it is about the size`(
        reply: String, kind: Kind
    ) async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.senderReply = reply
        let server = try await SMTPServer.start(behaviour)
        let failure = try #require(try await server.transport().failure(of: try testMail()))
        #expect(self.kind(of: failure) == kind)
        #expect("\(failure)" == "MAIL: \(reply)")
    }

    @Test(arguments: [
        ("554 5.6.0 spam", Kind.permanent), ("552 5.3.4 too big", .permanent), ("452 4.3.1 disk full", .temporary),
    ])
    func `the reply to DATA decides whether to retry`(reply: String, kind: Kind) async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.messageReply = reply
        let server = try await SMTPServer.start(behaviour)
        let failure = try #require(try await server.transport().failure(of: try testMail()))
        #expect(self.kind(of: failure) == kind)
        #expect("\(failure)" == "message: \(reply)")
    }

    @Test func `a transport sends again after a rejection`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.recipientReply = "550 5.1.1 nobody here"
        let server = try await SMTPServer.start(behaviour)
        let transport = try server.transport()
        for _ in 0..<3 { #expect(try await transport.failure(of: try testMail()).map(kind) == .permanent) }
        #expect(try server.received().isEmpty)
    }

    @Test func `a 5xx greeting is a condition of the server`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.greeting = .refusal
        let server = try await SMTPServer.start(behaviour)
        #expect(try await server.transport().failure(of: try testMail()).map(kind) == .unavailable)
    }

    @Test func `a server that never responds times out`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.greeting = .none
        let server = try await SMTPServer.start(behaviour)
        let limits = SMTPLimits(connecting: .milliseconds(200))
        let transport = try server.transport(limits: limits)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try await transport.failure(of: try testMail()).map(kind) == .unavailable)
        #expect(start.duration(to: clock.now) < .seconds(5))
    }

    @Test func `a closed port is a condition of the server`() async throws {
        let port = try await SMTPServer.start().port
        let transport = SMTPTransport(try MailSettings.parse("smtp://127.0.0.1:\(port)"))
        #expect(try await transport.failure(of: try testMail()).map(kind) == .unavailable)
    }

    @Test func `an untrusted certificate is rejected`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.encryption = .offered
        let server = try await SMTPServer.start(behaviour)
        #expect(try await server.transport().failure(of: try testMail()).map(kind) == .unavailable)
        #expect(try server.received().isEmpty)
    }

    @Test func `smtps to a server without TLS fails and sends nothing`() async throws {
        let server = try await SMTPServer.start()
        let limits = SMTPLimits(connecting: .milliseconds(500))
        let transport = SMTPTransport(try MailSettings.parse("smtps://127.0.0.1:\(server.port)"), limits: limits)
        #expect(try await transport.failure(of: try testMail()).map(kind) == .unavailable)
        #expect(try server.received().isEmpty)
    }

    @Test func `a wrong password is a condition of the server and is not in the error`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.requireLogin(user: "anna", password: "right")
        let server = try await SMTPServer.start(behaviour)
        let transport = SMTPTransport(try MailSettings.parse("smtp://anna:wr0ng@127.0.0.1:\(server.port)"))
        let failure = try #require(try await transport.failure(of: try testMail()))
        #expect(kind(of: failure) == .unavailable)
        #expect(!"\(failure)".contains("wr0ng"))
    }

    @Test func `a missing login is a condition of the server`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.requireLogin(user: "anna", password: "right")
        let server = try await SMTPServer.start(behaviour)
        #expect(try await server.transport().failure(of: try testMail()).map(kind) == .unavailable)
    }

    private func kind(of error: MailError) -> Kind {
        switch error {
        case .permanent: .permanent
        case .temporary: .temporary
        case .unavailable: .unavailable
        }
    }
}
