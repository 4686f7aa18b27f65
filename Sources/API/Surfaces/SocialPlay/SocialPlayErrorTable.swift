import Domain
import HTTP

/// Where SocialPlay's document has a status or words of its own.
enum SocialPlayErrorTable {
    static func entry(for error: DomainError) -> ErrorEntry? {
        switch error.code {
        // S2-46.
        case .emailTaken, .usernameTaken: ErrorEntry(status: 400, message: "User already exists")
        // S2-129.
        case .rateLimited: ErrorEntry(message: "Too many requests, please try again later")
        // S2-134.
        case .internalFault: ErrorEntry(message: "Internal server error")
        // S2-93, S2-96, S2-98, S2-104.
        case .postNotYours, .commentNotYours, .messageNotYours: ErrorEntry(message: "Unauthorized")
        // RFC 9110, 13.1.1; beyond the document.
        case .preconditionFailed: ErrorEntry(status: 412)
        case .postAlreadyLiked: ErrorEntry(status: 400, message: "Post already liked")
        case .postNotLiked: ErrorEntry(status: 400, message: "Post not liked")
        // S2-175, and as likes.
        case .postAlreadyShared: ErrorEntry(status: 400, message: "Post already shared")
        case .postNotShared: ErrorEntry(status: 400, message: "Post not shared")
        case .postAlreadyBookmarked: ErrorEntry(status: 400, message: "Post already bookmarked")
        case .postNotBookmarked: ErrorEntry(status: 400, message: "Post not bookmarked")
        // As follows.
        case .cannotMuteYourself: ErrorEntry(message: "Cannot mute yourself")
        case .userAlreadyMuted: ErrorEntry(status: 400, message: "Already muting this user")
        case .userNotMuted: ErrorEntry(status: 400, message: "Not muting this user")
        // S2-109, S2-110, S2-113.
        case .cannotFollowYourself: ErrorEntry(message: "Cannot follow yourself")
        case .alreadyFollowing: ErrorEntry(status: 400, message: "Already following this user")
        case .notFollowing: ErrorEntry(status: 400, message: "Not following this user")
        case let code where ErrorEntry.twoFactorCodes[code] != nil: ErrorEntry(code: ErrorEntry.twoFactorCodes[code])
        case .messageNotFound: ErrorEntry(message: "Message not found")
        // S2-80.
        case .userNotFound: ErrorEntry(message: "User not found")
        default: nil
        }
    }
}
