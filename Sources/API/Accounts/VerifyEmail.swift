import Chassis
import Crypto
import Jobs
import Social
import Storage

/// Shows that an address is somebody's: by the link that was mailed there.
struct VerifyEmail: Sendable {
    let links: AccountLinks
    let signer: LinkSigner
    let producer: Producer

    /// Uses up a link.
    /// - Throws: ``AccountRefusal/linkRefused``.
    func callAsFunction(token: String) async throws {
        let link = try AccountLink.read(token, .verify, signer: signer)
        guard try await links.verify(link) else { throw AccountRefusal.linkRefused }
    }

    /// Mails a new link, unless the address is verified or one was mailed a moment ago.
    func sendAgain(to principal: Principal, trace: String) async throws {
        let link = AccountLink.new(at: .now)
        let mail = try producer.promise(SendVerification(link: link.id, account: principal.user), trace: trace)
        if try await links.requestVerification(of: principal.user, link, promising: mail) { producer.push(mail) }
    }
}
