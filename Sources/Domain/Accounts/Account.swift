/// An account as a login returns it.
package struct Account: Sendable {
    package let id: UserID
    package let email: String
    package let username: String
    package let role: AccountRole
    package let persona: Persona

    package init(id: UserID, email: String, username: String, role: AccountRole, persona: Persona) {
        self.id = id
        self.email = email
        self.username = username
        self.role = role
        self.persona = persona
    }
}

/// A user as lists show it to others.
package struct UserSummary: Sendable, Equatable {
    package let id: UserID
    package let username: String
    /// Nil for a user without an avatar.
    package let avatar: Avatar?

    package init(id: UserID, username: String, avatar: Avatar?) {
        self.id = id
        self.username = username
        self.avatar = avatar
    }
}

/// A change of one optional value: an absent change keeps it, `.some(nil)` clears it.
package typealias Change<Value> = Value??

/// Changes of an account by its owner. Nil keeps a value; the inner nil of an optional one clears it.
package struct AccountChanges: Sendable {
    package var username: Username?
    package var language: Language?
    package var showsOnlineStatus: Bool?
    package var firstName: Change<String> = nil
    package var lastName: Change<String> = nil
    package var bio: Change<String> = nil
    package var phone: Change<String> = nil
    package var avatar: Change<AvatarChoice> = nil
    package var coverImage: Change<String> = nil
    package var dateOfBirth: Change<BirthDate> = nil

    package init() {}
}

/// The permissions of a user beyond the own account. Only an operator or administrator grants them.
package enum AccountRole: String, Sendable {
    case user = "USER"
    case moderator = "MODERATOR"
    case admin = "ADMIN"
}

/// The kind of account of a musicians' platform.
package enum Persona: String, Sendable, CaseIterable {
    case musician, listener
}

/// The purpose of the token in a mail.
package enum EmailTokenPurpose: String, Sendable {
    /// Verifies the address.
    case verify
    /// Sets a new password.
    case reset
    /// Appeals against an action of a moderator, whose id it has.
    case appeal
}
