/// Why friends, requests and blocks do not do what was asked.
enum FriendRefusal: Error, Equatable {
    case requestUnknown
    case alreadyFriends
    case alreadyAsked
    case yourself
    case personUnknown
    /// They have blocked the other one themselves.
    case blocking
    /// One of them has as many friends as anybody may have.
    case full
    case notFriends
    case notBlocked
}
