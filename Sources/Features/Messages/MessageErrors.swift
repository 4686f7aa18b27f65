import Domain

/// The refusals of messages.
extension DomainError {
    static let messageToNonFriend = DomainError(.messageToNonFriend, .forbidden, "You can only write to friends")
    /// The sender blocks the receiver.
    static let messageToBlockedUser = DomainError(.messageToNonFriend, .forbidden, "Unblock this user first")
    static let messageToYourself = DomainError(.messageToYourself, .invalid, "You cannot write to yourself")
    static let messageNotFound = DomainError(.messageNotFound, .notFound, "There is no such message")
    static let messageNotReceived = DomainError(
        .messageNotReceived, .forbidden, "Only the receiver can mark a message as read")
    static let messageNotYours = DomainError(.messageNotYours, .forbidden, "Only its sender can do that to a message")
    static let messageTooOld = DomainError(
        .messageTooOld, .forbidden, "A message can be changed for fifteen minutes")
    static let conversationNotFound = DomainError(
        .conversationNotFound, .notFound, "You have not written to each other")

    /// The refusal of a message that a statement decided.
    init(messageRefusal code: Code) {
        switch code {
        case .userNotFound: self = .userNotFound
        case .messageToNonFriend: self = .messageToNonFriend
        case .userBlocked: self = .messageToBlockedUser
        case .idempotencyKeyReused: self = .idempotencyKeyReused
        case .messageNotFound: self = .messageNotFound
        case .messageNotReceived: self = .messageNotReceived
        case .messageNotYours: self = .messageNotYours
        case .messageTooOld: self = .messageTooOld
        // The account of the caller was closed after the token was checked.
        case .tokenInvalid: self = .tokenInvalid
        default: self = .internalFault(cause: "\(code) is no refusal of a message")
        }
    }
}
