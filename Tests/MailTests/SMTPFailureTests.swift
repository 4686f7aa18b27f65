import Mail
import TestSupport
import Testing

@Suite struct SMTPFailureTests {
    enum Kind { case permanent, temporary }

    @Test(arguments: [
        ("550 5.1.1 nobody here", Kind.permanent), ("553 5.1.3 bad mailbox", .permanent),
        ("451 4.3.0 try later", .temporary), ("421 4.3.2 shutting down", .temporary),
        ("530 5.7.0 log in first", .temporary),
    ])
    func `the reply to RCPT decides whether to retry`(reply: String, kind: Kind) async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.recipientReply = reply
        let server = try await SMTPServer.start(behaviour)
        let failure = try #require(try await server.transport().failure(of: try testMail()))
        #expect(self.kind(of: failure) == kind)
        #expect(reason(of: failure).contains(reply.prefix(3)))
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
        #expect(reason(of: failure).contains(reply.prefix(3)))
    }

    @Test func `a transport sends again after a rejection`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.recipientReply = "550 5.1.1 nobody here"
        let server = try await SMTPServer.start(behaviour)
        let transport = try server.transport()
        for _ in 0..<3 { #expect(try await transport.failure(of: try testMail()).map(kind) == .permanent) }
        #expect(try server.received().isEmpty)
    }

    @Test func `a 5xx greeting is a temporary failure`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.greeting = .refusal
        let server = try await SMTPServer.start(behaviour)
        #expect(try await server.transport().failure(of: try testMail()).map(kind) == .temporary)
    }

    @Test func `a server that never responds times out`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.greeting = .none
        let server = try await SMTPServer.start(behaviour)
        let limits = SMTPLimits(connecting: .milliseconds(200), sending: .milliseconds(300))
        let transport = try server.transport(limits: limits)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try await transport.failure(of: try testMail()).map(kind) == .temporary)
        #expect(start.duration(to: clock.now) < .seconds(5))
    }

    @Test func `a closed port is a temporary failure`() async throws {
        let port = try await SMTPServer.start().port
        let transport = SMTPTransport(try MailSettings.parse("smtp://127.0.0.1:\(port)"))
        #expect(try await transport.failure(of: try testMail()).map(kind) == .temporary)
    }

    @Test func `an untrusted certificate is rejected`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.encryption = .offered
        let server = try await SMTPServer.start(behaviour)
        #expect(try await server.transport().failure(of: try testMail()).map(kind) == .temporary)
        #expect(try server.received().isEmpty)
    }

    @Test func `smtps to a server without TLS fails and sends nothing`() async throws {
        let server = try await SMTPServer.start()
        let limits = SMTPLimits(connecting: .milliseconds(500), sending: .seconds(1))
        let transport = SMTPTransport(try MailSettings.parse("smtps://127.0.0.1:\(server.port)"), limits: limits)
        #expect(try await transport.failure(of: try testMail()).map(kind) == .temporary)
        #expect(try server.received().isEmpty)
    }

    @Test func `a wrong password is a temporary failure and is not in the error`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.requireLogin(user: "anna", password: "right")
        let server = try await SMTPServer.start(behaviour)
        let transport = SMTPTransport(try MailSettings.parse("smtp://anna:wr0ng@127.0.0.1:\(server.port)"))
        let failure = try #require(try await transport.failure(of: try testMail()))
        #expect(kind(of: failure) == .temporary)
        #expect(!reason(of: failure).contains("wr0ng"))
    }

    @Test func `a missing login is a temporary failure`() async throws {
        var behaviour = SMTPServer.Behaviour()
        behaviour.requireLogin(user: "anna", password: "right")
        let server = try await SMTPServer.start(behaviour)
        #expect(try await server.transport().failure(of: try testMail()).map(kind) == .temporary)
    }

    private func kind(of error: MailError) -> Kind {
        switch error {
        case .permanent: .permanent
        case .temporary: .temporary
        }
    }

    private func reason(of error: MailError) -> String {
        switch error {
        case .permanent(let reason), .temporary(let reason): reason
        }
    }
}
