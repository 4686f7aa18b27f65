import Domain
import HTTP

/// The codes of the document's errors (S0-91 to S0-100), and the statuses that go with them.
enum SocialServiceErrorTable {
    static func code(of error: any Error, _ status: Status) -> String {
        switch error {
        case let refusal as FriendRefusal: code(of: refusal)
        case let refusal as MessageRefusal: code(of: refusal)
        case is OwnPresence.Failed: "STATUS_UPDATE_FAILED"
        case is InvalidStatus: "INVALID_STATUS"
        case AccountRefusal.accountUnknown: "USER_NOT_FOUND"
        default: code(of: status)
        }
    }

    private static func code(of refusal: FriendRefusal) -> String {
        switch refusal {
        case .requestUnknown: "FRIEND_REQUEST_NOT_FOUND"
        case .alreadyFriends: "ALREADY_FRIENDS"
        case .alreadyAsked: "FRIEND_REQUEST_EXISTS"
        case .yourself: "CANNOT_ADD_YOURSELF"
        case .personUnknown: "USER_NOT_FOUND"
        case .blocking, .full: "FORBIDDEN"
        case .notFriends, .notBlocked: "NOT_FOUND"
        }
    }

    private static func code(of refusal: MessageRefusal) -> String {
        switch refusal {
        case .notFriends: "NOT_FRIENDS"
        case .personUnknown: "USER_NOT_FOUND"
        case .tooLong: "MESSAGE_TOO_LONG"
        case .messageUnknown: "MESSAGE_NOT_FOUND"
        case .conversationUnknown: "CONVERSATION_NOT_FOUND"
        case .yourself, .empty, .unwritable: "VALIDATION_ERROR"
        case .notYours, .blocking: "FORBIDDEN"
        case .keyUsed: "ALREADY_EXISTS"
        }
    }

    private static func code(of status: Status) -> String {
        switch status.rawValue {
        case 401: "UNAUTHORIZED"
        case 403: "FORBIDDEN"
        case 404: "NOT_FOUND"
        case 405: "METHOD_NOT_ALLOWED"
        case 409: "ALREADY_EXISTS"
        case 429: "RATE_LIMIT_EXCEEDED"
        case 503: "SERVICE_UNAVAILABLE"
        case 500...: "INTERNAL_ERROR"
        default: "VALIDATION_ERROR"
        }
    }
}
