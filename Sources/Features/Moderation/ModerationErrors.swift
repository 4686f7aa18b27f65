import Chassis
import Domain
import Postgres

/// The refusals of reports, of moderators' work, and of what moderators have forbidden.
extension DomainError {
    static let caseNotFound = DomainError(.caseNotFound, .notFound, "Case not found")
    static let actionNotFound = DomainError(.actionNotFound, .notFound, "Action not found")
    static let pictureRefused = DomainError(
        .pictureRefused, .forbidden, "A moderator removed this picture: it cannot be uploaded")

    /// - Parameter time: When the limit ends.
    static func accountLimited(until time: String) -> DomainError {
        DomainError(.accountLimited, .forbidden, "Your account is limited until \(time): you can read but not write")
    }

    /// - Parameter time: When the suspension ends.
    static func accountSuspended(until time: Timestamp) -> DomainError {
        DomainError(.accountSuspended, .forbidden, "Account is suspended until \(time.text(.seconds))")
    }

    /// The refusal that a trigger of a table raised, whichever statement wrote; nil for another failure.
    init?(refusedWrite failure: PostgresFailure) {
        switch failure.constraint {
        case DomainError.Code.accountLimited.rawValue: self = .accountLimited(until: failure.message)
        case DomainError.Code.pictureRefused.rawValue: self = .pictureRefused
        default: return nil
        }
    }

    /// The refusal that a statement of moderation decided.
    init(moderationRefusal code: Code) {
        switch code {
        case .postNotFound: self = .postNotFound
        case .commentNotFound: self = .commentNotFound
        case .messageNotFound: self = .messageNotFound
        case .userNotFound: self = .userNotFound
        case .fileNotFound: self = .fileNotFound
        case .cannotReportYourself:
            self = DomainError(.cannotReportYourself, .invalid, "You cannot report yourself or what is yours")
        case .roleRequired: self = .roleRequired
        case .twoFactorSetupRequired: self = .twoFactorSetupRequired
        case .caseNotFound: self = .caseNotFound
        case .caseClosed: self = DomainError(.caseClosed, .conflict, "A moderator has closed this case already")
        case .caseAssigned: self = DomainError(.caseAssigned, .conflict, "Another moderator works on this case")
        case .assigneeNotModerator:
            self = DomainError(
                .assigneeNotModerator, .invalid, field: "moderatorId",
                "moderatorId must be a moderator whom the case does not concern")
        case .cannotModerateYourself:
            self = DomainError(.cannotModerateYourself, .forbidden, "A case about yourself is for other moderators")
        case .administratorProtected:
            self = DomainError(.administratorProtected, .forbidden, "Moderators cannot act on administrators")
        case .accountNotFound: self = .accountNotFound
        case .accountDeactivated:
            self = DomainError(.accountDeactivated, .conflict, "The account is deactivated already")
        case .actionNotFound: self = .actionNotFound
        case .alreadyAppealed: self = DomainError(.alreadyAppealed, .conflict, "You appealed this action already")
        case .notAppealed: self = DomainError(.notAppealed, .conflict, "There is no appeal against this action")
        case .appealDecided:
            self = DomainError(.appealDecided, .conflict, "A moderator has decided this appeal already")
        case .ownAction:
            self = DomainError(.ownAction, .forbidden, "Another moderator than the one who acted decides the appeal")
        case .tokenInvalid: self = .tokenInvalid
        default: self = .internalFault(cause: "\(code) is no refusal of moderation")
        }
    }
}
