/// How much there may be of what people have of each other.
package enum FriendLimits {
    /// Friends of one person: the list of all of them is one answer.
    package static let friends = 5_000
    /// Characters of what is said with a request.
    package static let requestMessage = 500
    /// People that one search finds at most.
    package static let found = 50
    /// Characters that a search begins with, and ends with.
    package static let query = 2...50
}
