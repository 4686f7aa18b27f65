import Domain

extension Refusal {
    init(_ refusal: FriendRefusal) {
        switch refusal {
        case .requestUnknown: self = .notFound("There is no such friend request")
        case .alreadyFriends: self = .conflict("You are friends already")
        case .alreadyAsked: self = .conflict("There is a friend request already")
        case .yourself: self = .invalid("You cannot be your own friend")
        case .personUnknown: self = .notFound("There is no such user")
        case .blocking: self = .forbidden("You have blocked this user: unblock them first")
        case .full: self = .forbidden("One of you has \(FriendLimits.friends) friends, and nobody may have more")
        case .notFriends: self = .notFound("You are not friends")
        case .notBlocked: self = .notFound("You have not blocked this user")
        }
    }

    init(_ refusal: MessageRefusal) {
        switch refusal {
        case .notFriends: self = .forbidden("You can only write to friends")
        case .personUnknown: self = .notFound("There is no such user")
        case .yourself: self = .invalid("You cannot write to yourself")
        case .empty: self = .invalid("content must not be empty")
        case .tooLong: self = .invalid("content must be at most \(MessageText.longest) characters long")
        case .unwritable: self = .invalid("content must not contain a NUL character")
        case .messageUnknown: self = .notFound("There is no such message")
        case .notYours: self = .forbidden("Only the receiver can mark a message as read")
        case .conversationUnknown: self = .notFound("You have not written to each other")
        case .blocking: self = .forbidden("You have blocked this user: unblock them first")
        case .keyUsed: self = .conflict("The Idempotency-Key was used for another message")
        }
    }
}
