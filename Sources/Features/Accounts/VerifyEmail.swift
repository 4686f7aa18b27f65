import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Verifies that an account's owner receives mail at its address, by a mailed token.
package struct VerifyEmail: Sendable {
    let emailTokens: EmailTokenStore
    let signer: EmailTokenSigner
    let producer: Producer

    /// Consumes a token.
    /// - Throws: `email_token_invalid`.
    package func callAsFunction(token: String) async throws(DomainError) {
        let id = try EmailToken.read(token, .verify, signer: signer)
        guard try await domainErrors({ try await emailTokens.verify(id) }) else { throw .emailTokenInvalid }
    }

    /// Mails a new token, unless the address is verified or a mail was sent less than a minute ago.
    package func resend(to caller: Caller) async throws(DomainError) {
        try await domainErrors {
            let token = EmailToken.new(at: .now)
            let mail = try producer.outboxJob(
                SendVerification(link: token.id, account: caller.user), trace: caller.trace)
            if try await emailTokens.requestVerification(of: caller.user, token, enqueuing: mail) {
                producer.push(mail)
            }
        }
    }
}
