import Chassis
import Crypto
import Domain
import Jobs
import Storage

/// Keeps the promises of mails. What a mail is about is read when it is written: of accounts, links and sessions that are
/// gone by then nobody needs to hear.
struct MailHandler: Sendable {
    let mailer: Mailer
    let accounts: AccountStore
    let sessions: SessionStore
    let links: EmailTokenStore
    let signer: EmailTokenSigner
    let webClient: WebClientURL

    @Sendable func welcome(_ job: SendWelcome, _ context: JobContext) async throws -> Completion {
        try await send(.welcome(job.name, in: job.language ?? .english), to: job.email, context)
    }

    @Sendable func verification(_ job: SendVerification, _ context: JobContext) async throws -> Completion {
        guard let link = try await links.find(job.link, .verify) else { return .finished }
        let url = url("verify-email", job.link, .verify)
        return try await send(.verification(link.username, link: url, in: link.language), to: link.email, context)
    }

    @Sendable func passwordReset(_ job: SendPasswordReset, _ context: JobContext) async throws -> Completion {
        guard let link = try await links.find(job.link, .reset) else { return .finished }
        let url = url("reset-password", job.link, .reset)
        return try await send(.passwordReset(link.username, link: url, in: link.language), to: link.email, context)
    }

    @Sendable func passwordChanged(_ job: SendPasswordChanged, _ context: JobContext) async throws -> Completion {
        guard let recipient = try await accounts.recipient(job.account) else { return .finished }
        let letter = Letter.passwordChanged(recipient.username, in: recipient.language)
        return try await send(letter, to: recipient.email, context)
    }

    @Sendable func signIn(_ job: SendSignInNotice, _ context: JobContext) async throws -> Completion {
        guard let recipient = try await accounts.recipient(job.account),
            let session = try await sessions.find(job.session, of: job.account)
        else { return .finished }
        let letter = Letter.signIn(recipient.username, session, in: recipient.language)
        return try await send(letter, to: recipient.email, context)
    }

    /// The same at every attempt, so that a mail that went out twice holds one link.
    private func url(_ page: String, _ link: EmailTokenID, _ purpose: EmailTokenPurpose) -> String {
        let token = signer.sign(link.identifier.high, link.identifier.low, for: purpose.rawValue)
        return "\(webClient.text)/\(page)?token=\(token)"
    }

    private func send(_ letter: Letter, to address: String, _ context: JobContext) async throws -> Completion {
        try await mailer.send(letter, to: address, for: context)
        context.log.info("mail sent")
        return .finished
    }
}
