import Chassis
import Crypto
import Domain
import Jobs
import Storage

/// Handles ``SendModerationLetter``: mails a user what a moderator did, with the link to appeal, or how the appeal was
/// decided. Also to users who cannot log in because they are suspended.
struct ModerationLetterHandler: Sendable {
    let mailer: Mailer
    let accounts: AccountStore
    let actions: ActionStore
    let signer: EmailTokenSigner
    let webClient: WebClientURL

    @Sendable func run(_ job: SendModerationLetter, _ context: JobContext) async throws -> Completion {
        guard let action = try await actions.find(job.action),
            let recipient = try await accounts.recipient(action.owner)
        else { return .finished }
        let (name, language) = (recipient.username, recipient.language)
        let letter: Letter
        if job.isDecision {
            guard let decision = action.decision else { return .finished }
            letter = .appealDecided(name, decision, because: action.decisionReason ?? "", in: language)
        } else {
            letter = .moderation(name, action, link: link(to: action.id), in: language)
        }
        try await mailer.send(letter, to: recipient.email, for: context)
        context.log.info("mail sent")
        return .finished
    }

    /// The same at every attempt, so that a repeated e-mail holds the same link.
    private func link(to action: ModerationActionID) -> String {
        let token = signer.sign(
            action.identifier.high, action.identifier.low, for: EmailTokenPurpose.appeal.rawValue)
        return "\(webClient.text)/appeal?action=\(action)&token=\(token)"
    }
}
