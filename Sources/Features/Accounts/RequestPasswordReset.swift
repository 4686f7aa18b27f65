import Chassis
import Domain
import Jobs
import Storage

/// Mails a link that sets a new password. Whether anybody has the address is told by neither the answer nor its time
/// (S2-59): the answer waits until a moment that no statement of ours takes.
struct RequestPasswordReset: Sendable {
    private static let answerTime = Duration.milliseconds(150)

    let links: EmailTokenStore
    let producer: Producer
    let loop: EventLoop

    func callAsFunction(email: EmailAddress, trace: String) async throws {
        async let patience: Void = wait()
        let link = EmailToken.new(at: .now)
        let mail = try producer.outboxJob(SendPasswordReset(link: link.id, email: email.key), trace: trace)
        if try await links.requestReset(for: email, link, enqueuing: mail) { producer.push(mail) }
        await patience
    }

    private func wait() async {
        try? await loop.sleep(for: Self.answerTime)
    }
}
