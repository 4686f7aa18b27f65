import Domain

/// The refusals of follows.
extension DomainError {
    static let cannotFollowYourself = DomainError(.cannotFollowYourself, .invalid, "You cannot follow yourself")
    static let alreadyFollowing = DomainError(.alreadyFollowing, .conflict, "You follow this user already")
    static let notFollower = DomainError(.notFollower, .notFound, "This user does not follow you")
    static let notFollowing = DomainError(.notFollowing, .notFound, "You do not follow this user")

    /// The refusals that the SQL function decides.
    init(followRefusal code: Code) {
        switch code {
        case .userBlocked: self = DomainError(.userBlocked, .forbidden, "Unblock this user first")
        case .tokenInvalid: self = .tokenInvalid
        default: self = .userNotFound
        }
    }
}
