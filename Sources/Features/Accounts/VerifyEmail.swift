import Chassis
import Crypto
import Domain
import Jobs
import Storage

/// Shows that an address is somebody's: by the link that was mailed there.
struct VerifyEmail: Sendable {
    let links: EmailTokenStore
    let signer: EmailTokenSigner
    let producer: Producer

    /// Uses up a link.
    /// - Throws: ``AccountRefusal/linkRefused``.
    func callAsFunction(token: String) async throws {
        let link = try EmailToken.read(token, .verify, signer: signer)
        guard try await links.verify(link) else { throw AccountRefusal.linkRefused }
    }

    /// Mails a new link, unless the address is verified or one was mailed a moment ago.
    func sendAgain(to principal: Principal, trace: String) async throws {
        let link = EmailToken.new(at: .now)
        let mail = try producer.outboxJob(SendVerification(link: link.id, account: principal.user), trace: trace)
        if try await links.requestVerification(of: principal.user, link, enqueuing: mail) { producer.push(mail) }
    }
}
