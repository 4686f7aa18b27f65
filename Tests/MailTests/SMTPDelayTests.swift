import Chassis
import Mail
import Synchronization
import TestSupport
import Testing

/// Servers that take their time (RFC 5321, sections 4.1.4 and 4.5.3.2).
@Suite struct SMTPDelayTests {
    private let slow = "slow@example.org"
    private let other = "other@example.org"

    private func server(_ slow: SMTPServer.Behaviour.Slow) async throws -> SMTPServer {
        var behaviour = SMTPServer.Behaviour()
        behaviour.slow = slow
        return try await SMTPServer.start(behaviour)
    }

    @Test func `a late reply to one message is not taken for the reply to another`() async throws {
        let server = try await server(.init(slow, seconds: 3, reply: "550 5.7.1 looks like spam"))
        let transport = try server.transport(limits: SMTPLimits(accepting: .milliseconds(200)))
        let failure = try await transport.failure(of: try testMail(to: slow))
        #expect(failure == .temporary("message: no reply in time; the server may have accepted it"))
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<3 { try await transport.sendOnThread(try testMail(to: other)) }
        #expect(start.duration(to: clock.now) < .seconds(2), "closing must not wait for the late reply")
        let received = try server.received()
        #expect(received.filter { $0.recipients == [other] }.count == 3)
        let connections = Set(received.filter { $0.recipients == [other] }.map(\.connection))
        #expect(connections.isDisjoint(with: received.filter { $0.recipients == [slow] }.map(\.connection)))
    }

    @Test func `a message that is accepted late is sent once, and reported as delayed once`() async throws {
        let server = try await server(.init(slow, seconds: 2.5))
        let transport = try server.transport(limits: SMTPLimits(preparing: .seconds(1), delayed: .milliseconds(100)))
        let delays = Atomic(0)
        try await transport.sendOnThread(try testMail(to: slow)) { delays.add(1, ordering: .relaxed) }
        #expect(delays.load(ordering: .relaxed) == 1)
        #expect(try server.received().count == 1)
        try await transport.sendOnThread(try testMail(to: other)) { delays.add(1, ordering: .relaxed) }
        #expect(delays.load(ordering: .relaxed) == 1)
        #expect(Set(try server.received().map(\.connection)).count == 1)
    }

    @Test func `a recipient that is answered late is given up before the message is sent`() async throws {
        let server = try await server(.init(slow, seconds: 8, atRecipient: true))
        let transport = try server.transport(
            limits: SMTPLimits(preparing: .milliseconds(500), delayed: .milliseconds(100)))
        let delays = Atomic(0)
        await #expect(throws: MailError.temporary("RCPT: no reply in time")) {
            try await transport.sendOnThread(try testMail(to: slow)) { delays.add(1, ordering: .relaxed) }
        }
        #expect(delays.load(ordering: .relaxed) == 1)
        try await transport.sendOnThread(try testMail(to: other))
        #expect(try server.received().map(\.recipients) == [[other]])
    }

    @Test func `the reply to a message has ten minutes`() {
        #expect(SMTPLimits().accepting == .seconds(600))
    }
}
