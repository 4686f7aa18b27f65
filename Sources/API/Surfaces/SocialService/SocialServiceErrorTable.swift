import Domain
import HTTP

/// The error codes of the Social Service's document (S0-91 to S0-100). The document lists exactly ``codes``.
enum SocialServiceErrorTable {
    static func entry(for error: DomainError) -> ErrorEntry? {
        code(of: error.code).map { ErrorEntry(code: $0) }
    }

    private static func code(of code: DomainError.Code) -> String? {
        switch code {
        case .friendRequestNotFound: "FRIEND_REQUEST_NOT_FOUND"
        case .alreadyFriends: "ALREADY_FRIENDS"
        case .friendRequestExists: "FRIEND_REQUEST_EXISTS"
        case .cannotAddYourself: "CANNOT_ADD_YOURSELF"
        case .userNotFound, .accountNotFound: "USER_NOT_FOUND"
        case .messageToNonFriend: "NOT_FRIENDS"
        case .messageTooLong: "MESSAGE_TOO_LONG"
        case .messageNotFound: "MESSAGE_NOT_FOUND"
        case .conversationNotFound: "CONVERSATION_NOT_FOUND"
        case .presenceUpdateFailed: "STATUS_UPDATE_FAILED"
        case .invalidStatus: "INVALID_STATUS"
        default: nil
        }
    }

    /// The code of every other error.
    static func code(ofStatus status: Int) -> String {
        switch status {
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

    /// Every code that an answer can have.
    static var codes: Set<String> {
        Set(DomainError.Code.allCases.compactMap { code(of: $0) } + (400..<600).map { code(ofStatus: $0) })
    }
}
