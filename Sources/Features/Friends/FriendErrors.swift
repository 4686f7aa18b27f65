import Domain

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

extension DomainError {
    /// The refusal of a friend request or block that a statement decided.
    init(friendRefusal code: Code) {
        switch code {
        case .userNotFound: self = .userNotFound
        case .alreadyFriends: self = .alreadyFriends
        case .friendRequestExists: self = .friendRequestExists
        case .friendRequestNotFound: self = .friendRequestNotFound
        case .userBlocked: self = .userBlocked
        case .friendLimitReached: self = .friendLimitReached
        // The account of the caller was closed after the token was checked.
        case .tokenInvalid: self = .tokenInvalid
        default: self = .internalFault(cause: "\(code) is no refusal of a friend request")
        }
    }
}
