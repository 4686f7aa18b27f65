import Domain
import HTTP

/// The error codes of the Social Service's document (S0-91 to S0-100).
enum SocialServiceErrorTable {
    static func entry(for error: DomainError) -> ErrorEntry? {
        switch error.code {
        case .friendRequestNotFound: ErrorEntry(code: "FRIEND_REQUEST_NOT_FOUND")
        case .alreadyFriends: ErrorEntry(code: "ALREADY_FRIENDS")
        case .friendRequestExists: ErrorEntry(code: "FRIEND_REQUEST_EXISTS")
        case .cannotAddYourself: ErrorEntry(code: "CANNOT_ADD_YOURSELF")
        case .userNotFound, .accountNotFound: ErrorEntry(code: "USER_NOT_FOUND")
        case .messageToNonFriend: ErrorEntry(code: "NOT_FRIENDS")
        case .messageTooLong: ErrorEntry(code: "MESSAGE_TOO_LONG")
        case .messageNotFound: ErrorEntry(code: "MESSAGE_NOT_FOUND")
        case .conversationNotFound: ErrorEntry(code: "CONVERSATION_NOT_FOUND")
        case .presenceUpdateFailed: ErrorEntry(code: "STATUS_UPDATE_FAILED")
        case .invalidStatus: ErrorEntry(code: "INVALID_STATUS")
        default: nil
        }
    }

    /// The code of every other error.
    static func code(of status: Status) -> String {
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
