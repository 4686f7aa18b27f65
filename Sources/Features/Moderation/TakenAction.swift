package import Chassis
package import Domain
import Storage

/// What a moderator did to a user, or to the user's content, with the appeal.
package struct TakenAction: Sendable {
    package let id: ModerationActionID
    package let itsCase: CaseID
    package let target: ReportTarget
    package let owner: UserID
    /// Not for the owner.
    package let moderator: UserID
    package let kind: ModerationKind
    package let reason: String
    package let createdAt: Timestamp
    /// Of a limit or suspension.
    package let endsAt: Timestamp?
    package let appeal: String?
    package let appealedAt: Timestamp?
    package let decision: AppealDecision?
    package let decisionReason: String?
    package let decidedAt: Timestamp?

    init(_ action: ModerationAction) {
        id = action.id
        itsCase = action.itsCase
        target = action.target
        owner = action.owner
        moderator = action.moderator
        kind = action.kind
        reason = action.reason
        createdAt = action.createdAt
        endsAt = action.endsAt
        appeal = action.appeal
        appealedAt = action.appealedAt
        decision = action.decision
        decisionReason = action.decisionReason
        decidedAt = action.decidedAt
    }
}
