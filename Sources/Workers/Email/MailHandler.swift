import Chassis
import Crypto
import Domain
import Jobs
import Storage

/// Handles the jobs that send one e-mail about an account. What the e-mail is about is read when it is written: no
/// e-mail is sent about an account, token or session that was deleted meanwhile.
struct MailHandler: Sendable {
    let mailer: Mailer
    let accounts: AccountStore
    let sessions: SessionStore
    let tokens: EmailTokenStore
    let signer: EmailTokenSigner
    let webClient: WebClientURL

    @Sendable func welcome(_ job: SendWelcome, _ context: JobContext) async throws -> Completion {
        try await send(.welcome(job.name, in: job.language ?? .english), to: job.email, context)
    }

    @Sendable func verification(_ job: SendVerification, _ context: JobContext) async throws -> Completion {
        guard let token = try await tokens.find(job.link, .verify) else { return .finished }
        let url = url("verify-email", job.link, .verify)
        return try await send(.verification(token.username, link: url, in: token.language), to: token.email, context)
    }

    @Sendable func passwordReset(_ job: SendPasswordReset, _ context: JobContext) async throws -> Completion {
        guard let token = try await tokens.find(job.link, .reset) else { return .finished }
        let url = url("reset-password", job.link, .reset)
        return try await send(.passwordReset(token.username, link: url, in: token.language), to: token.email, context)
    }

    @Sendable func passwordChanged(_ job: SendPasswordChanged, _ context: JobContext) async throws -> Completion {
        guard let recipient = try await accounts.recipient(job.account) else { return .finished }
        let letter = Letter.passwordChanged(recipient.username, in: recipient.language)
        return try await send(letter, to: recipient.email, context)
    }

    @Sendable func twoFactorChanged(_ job: SendTwoFactorChanged, _ context: JobContext) async throws -> Completion {
        guard let recipient = try await accounts.recipient(job.account) else { return .finished }
        let letter = Letter.twoFactorChanged(recipient.username, job.change, in: recipient.language)
        return try await send(letter, to: recipient.email, context)
    }

    @Sendable func signIn(_ job: SendSignInNotice, _ context: JobContext) async throws -> Completion {
        guard let recipient = try await accounts.recipient(job.account),
            let session = try await sessions.find(job.session, of: job.account)
        else { return .finished }
        let letter = Letter.signIn(recipient.username, session, in: recipient.language)
        return try await send(letter, to: recipient.email, context)
    }

    @Sendable func tokenReuse(_ job: SendTokenReuseNotice, _ context: JobContext) async throws -> Completion {
        guard let recipient = try await accounts.recipient(job.account),
            let session = try await sessions.find(job.session, of: job.account)
        else { return .finished }
        let letter = Letter.tokenReuse(recipient.username, session, in: recipient.language)
        return try await send(letter, to: recipient.email, context)
    }

    /// Returns the link that holds a token: the same at every attempt, so that a repeated e-mail holds the same link.
    private func url(_ page: String, _ id: EmailTokenID, _ purpose: EmailTokenPurpose) -> String {
        let token = signer.sign(id.identifier.high, id.identifier.low, for: purpose.rawValue)
        return "\(webClient.text)/\(page)?token=\(token)"
    }

    private func send(_ letter: Letter, to address: String, _ context: JobContext) async throws -> Completion {
        try await mailer.send(letter, to: address, for: context)
        context.log.info("mail sent")
        return .finished
    }
}
