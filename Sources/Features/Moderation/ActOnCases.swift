import Chassis
package import Domain
import Jobs
import Storage

/// What a moderator decides about a case.
package struct CaseDecision: Sendable {
    /// Nil: nothing was wrong.
    let kind: ModerationKind?
    let reason: String?
    let seconds: Int

    /// Nothing was wrong.
    /// - Parameter reason: For the audit log.
    package static func dismiss(_ reason: String?) -> CaseDecision {
        CaseDecision(kind: nil, reason: reason, seconds: 0)
    }

    /// - Parameter reason: The owner is told it.
    package static func remove(_ reason: String) -> CaseDecision {
        CaseDecision(kind: .remove, reason: reason, seconds: 0)
    }

    /// - Parameter reason: The owner is told it.
    package static func warn(_ reason: String) -> CaseDecision {
        CaseDecision(kind: .warn, reason: reason, seconds: 0)
    }

    /// - Parameter reason: The owner is told it.
    package static func limit(_ reason: String, seconds: Int) -> CaseDecision {
        CaseDecision(kind: .limit, reason: reason, seconds: seconds)
    }

    /// - Parameter reason: The owner is told it.
    package static func suspend(_ reason: String, seconds: Int) -> CaseDecision {
        CaseDecision(kind: .suspend, reason: reason, seconds: seconds)
    }
}

/// Closes cases. Of moderators who act at the same time one does; the others get `case_closed`.
package struct ActOnCases: Sendable {
    let cases: CaseStore
    let actions: ActionStore
    let sessions: SessionStore
    let revoke: RevokeSessions
    let producer: Producer
    let publicPosts: PublicPosts
    let totals: PostTotals
    /// How often the files of a profile that changes meanwhile are read.
    private static let attempts = 10

    /// Closes a case, and tells its reporters and the owner of the target.
    /// - Throws: `role_required`, `case_not_found`, `case_closed`, `case_assigned`, `cannot_moderate_yourself`,
    ///   `administrator_protected`, `account_not_found` if the owner's account was deleted, `account_deactivated` for a
    ///   suspension of an account that is closed already.
    package func callAsFunction(
        _ decision: CaseDecision, on id: CaseID, by caller: Caller
    ) async throws(DomainError) {
        try await cases.requireModerator(caller)
        for _ in 0..<Self.attempts {
            if try await act(decision, on: id, by: caller) { return }
        }
        throw .preconditionFailed
    }

    /// - Returns: False if the target's files changed meanwhile.
    private func act(
        _ decision: CaseDecision, on id: CaseID, by caller: Caller
    ) async throws(DomainError) -> Bool {
        try await domainErrors {
            guard let target = try await cases.target(of: id) else { throw DomainError.caseNotFound }
            let action = ModerationActionID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let provisional = UserID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let files = decision.kind == .remove ? target.files : []
            let jobs = try jobs(decision, on: id, as: action, provisional, files, trace: caller.trace)
            let command = ActionStore.Command(
                decision.kind, because: decision.reason, seconds: decision.seconds, as: action, deleting: files,
                enqueuing: jobs)
            switch try await actions.act(on: id, command, by: caller.user) {
            case .changed: return false
            case .refused(let code): throw DomainError(moderationRefusal: code)
            case .done(let owner, let ended):
                if let reporters = jobs.reporters { producer.push(reporters) }
                if let owner {
                    producer.push(jobs.notice.naming(owner.identifier, insteadOf: provisional.identifier))
                    producer.push(jobs.letter)
                    try await takeEffect(decision, on: owner, ended)
                }
                if decision.kind == .remove {
                    if target.type == .post { totals.refreshSoon() }
                    // A target that its owner deleted at the same time had no files: the job finds nothing.
                    if let removal = jobs.removal { producer.push(removal) }
                    await publicPosts.renew()
                }
                return true
            }
        }
    }

    private func jobs(
        _ decision: CaseDecision, on id: CaseID, as action: ModerationActionID, _ provisional: UserID,
        _ files: [MediaID], trace: String
    ) throws -> ActionStore.Jobs {
        let kind: NotificationKind =
            switch decision.kind {
            case .warn, nil: .accountWarned
            case .remove: .contentRemoved
            case .limit: .accountLimited
            case .suspend: .accountSuspended
            }
        let notice = Notify(kind, to: provisional, by: nil, entity: action.identifier, title: decision.reason)
        return ActionStore.Jobs(
            notice: try producer.outboxJob(notice, trace: trace),
            letter: try producer.outboxJob(SendModerationLetter(about: action, isDecision: false), trace: trace),
            reporters: try producer.outboxJob(
                NotifyReporters(of: id, isActedOn: decision.kind != nil), trace: trace),
            removal: files.isEmpty ? nil : try producer.outboxJob(RemoveMedia(media: files), trace: trace))
    }

    /// A concurrent login may have committed after the statement's snapshot, so all sessions are ended once more.
    private func takeEffect(_ decision: CaseDecision, on owner: UserID, _ ended: Set<SessionID>) async throws {
        guard decision.kind == .suspend else { return }
        await publicPosts.renew()
        await revoke(Array(ended), of: owner)
        await revoke(try await sessions.endAll(of: owner, because: .deactivated), of: owner)
    }
}
