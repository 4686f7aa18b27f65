/// A user as lists show it to others.
package struct UserSummary: Sendable, Equatable {
    package let id: UserID
    package let username: String
    /// Nil for a user without an avatar.
    package let avatar: MediaID?

    package init(id: UserID, username: String, avatar: MediaID?) {
        self.id = id
        self.username = username
        self.avatar = avatar
    }
}
