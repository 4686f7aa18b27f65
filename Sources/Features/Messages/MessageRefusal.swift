/// Why a message is not sent, shown or marked.
enum MessageRefusal: Error, Equatable {
    case notFriends
    case personUnknown
    case yourself
    case empty
    case tooLong
    case unwritable
    case messageUnknown
    /// Only whoever got it can have read it.
    case notYours
    case conversationUnknown
    /// They have blocked the other one themselves.
    case blocking
    /// The key of the request was used for another message.
    case keyUsed
}
