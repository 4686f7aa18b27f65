import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Appeals against actions of moderators: by the user whom the action concerns, once, and decided by another moderator
/// than the one who acted.
package struct HandleAppeals: Sendable {
    let cases: CaseStore
    let actions: ActionStore
    let signer: EmailTokenSigner
    let producer: Producer
    let publicPosts: PublicPosts

    /// Records an appeal. A suspended user has no session: the token in the letter about the action says who it is.
    /// - Parameters:
    ///   - user: The caller; nil without a login.
    ///   - token: Of the letter; read if there is no login.
    /// - Throws: `token_missing`, `email_token_invalid`, `action_not_found`, `already_appealed`.
    package func appeal(
        _ id: ModerationActionID, _ text: String, by user: UserID?, token: String?
    ) async throws(DomainError) -> TakenAction {
        let appellant = try await appellant(of: id, user, token)
        return try await domainErrors {
            if let code = try await actions.appeal(id, text, by: appellant) {
                throw DomainError(moderationRefusal: code)
            }
            return try await find(id)
        }
    }

    private func appellant(
        of id: ModerationActionID, _ user: UserID?, _ token: String?
    ) async throws(DomainError) -> UserID {
        if let user { return user }
        guard let token else { throw .tokenMissing }
        guard let (high, low) = signer.verify(token, for: EmailTokenPurpose.appeal.rawValue),
            Identifier(high: high, low: low) == id.identifier
        else { throw .emailTokenInvalid }
        return try await domainErrors { try await find(id).owner }
    }

    private func find(_ id: ModerationActionID) async throws -> TakenAction {
        guard let action = try await actions.find(id) else { throw DomainError.actionNotFound }
        return TakenAction(action)
    }

    /// Returns a page of the actions against the caller, the newest first, and the last of the page if there are more.
    package func own(
        after last: ModerationActionID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> (actions: [TakenAction], next: ModerationActionID?) {
        try await domainErrors {
            Self.page(try await actions.page(against: caller.user, after: last, limit: limit + 1), limit)
        }
    }

    /// Returns a page of the actions whose appeal is not decided.
    /// - Throws: `role_required`.
    package func list(
        after last: ModerationActionID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> (actions: [TakenAction], next: ModerationActionID?) {
        try await cases.requireModerator(caller)
        return try await domainErrors { Self.page(try await actions.appealed(after: last, limit: limit + 1), limit) }
    }

    private static func page(
        _ found: [ModerationAction], _ limit: Int
    ) -> (actions: [TakenAction], next: ModerationActionID?) {
        (found.prefix(limit).map(TakenAction.init), found.count > limit ? found[limit - 1].id : nil)
    }

    /// Decides an appeal: a reversed limit or suspension ends at once. Removed content does not come back.
    /// - Throws: `role_required`, `action_not_found`, `not_appealed`, `appeal_decided`, `own_action`,
    ///   `cannot_moderate_yourself`.
    package func decide(
        _ id: ModerationActionID, _ decision: AppealDecision, because reason: String, by caller: Caller
    ) async throws(DomainError) -> TakenAction {
        try await domainErrors {
            let provisional = UserID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let notice = Notify(
                decision == .upheld ? .appealUpheld : .appealReversed, to: provisional, by: nil,
                entity: id.identifier, title: reason)
            let jobs = ActionStore.Jobs(
                notice: try producer.outboxJob(notice, trace: caller.trace),
                letter: try producer.outboxJob(
                    SendModerationLetter(about: id, isDecision: true), trace: caller.trace))
            switch try await actions.decide(id, decision, because: reason, enqueuing: jobs, by: caller.user) {
            case .refused(let code): throw DomainError(moderationRefusal: code)
            case .changed: throw DomainError.preconditionFailed
            case .done(let owner, _):
                if let owner {
                    producer.push(jobs.notice.naming(owner.identifier, insteadOf: provisional.identifier))
                    producer.push(jobs.letter)
                }
                if decision == .reversed { await publicPosts.renew() }
            }
            return try await find(id)
        }
    }
}
