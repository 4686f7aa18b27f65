import Domain
import Storage

/// The refusals of friendships, requests and blocks.
extension DomainError {
    static let friendRequestNotFound = DomainError(
        .friendRequestNotFound, .notFound, "There is no such friend request")
    static let alreadyFriends = DomainError(.alreadyFriends, .conflict, "You are friends already")
    static let friendRequestExists = DomainError(
        .friendRequestExists, .conflict, "There is a friend request already")
    static let cannotAddYourself = DomainError(.cannotAddYourself, .invalid, "You cannot be your own friend")
    static let userNotFound = DomainError(.userNotFound, .notFound, "There is no such user")
    /// The caller has blocked the other user.
    static let userBlocked = DomainError(
        .userBlocked, .forbidden, "You have blocked this user: unblock them first")
    static let friendLimitReached = DomainError(
        .friendLimitReached, .forbidden,
        "One of you has \(FriendLimits.friends) friends, the most that a user may have")
    static let notFriends = DomainError(.notFriends, .notFound, "You are not friends")
    static let notBlocked = DomainError(.notBlocked, .notFound, "You have not blocked this user")
}

extension FriendOutcome {
    /// The refusal that an outcome stands for.
    var error: DomainError {
        switch self {
        case .unknown: .userNotFound
        case .alreadyFriends: .alreadyFriends
        case .alreadyAsked: .friendRequestExists
        case .blocking: .userBlocked
        case .full: .friendLimitReached
        case .missing, .pending, .accepted: .friendRequestNotFound
        }
    }
}
