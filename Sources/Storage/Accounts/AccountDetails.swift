package import Chassis
package import Domain

/// An account as its owner sees it.
package struct AccountDetails: Sendable {
    package let account: Account
    package let firstName: String?
    package let lastName: String?
    package let bio: String?
    package let avatar: Avatar?
    package let coverImage: String?
    /// `YYYY-MM-DD`
    package let dateOfBirth: String?
    package let phone: String?
    package let language: Language
    package let isVerified: Bool
    package let isActive: Bool
    package let followersCount: Int
    package let followingCount: Int
    package let postsCount: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let lastLoginAt: Timestamp?
    /// Whether others see the user's presence.
    package let showsOnlineStatus: Bool
}

/// An account as it is first written.
package struct NewAccount: Sendable {
    package let id: UserID
    package let email: String
    package let username: String
    /// Nil if the account has no password: its owner logs in through a provider.
    package let passwordHash: String?
    package let persona: Persona
    package let language: Language
    package let firstName: String?
    package let lastName: String?
    /// Whether the address is verified.
    package let isVerified: Bool

    package init(
        id: UserID, email: String, username: String, passwordHash: String?, persona: Persona,
        language: Language = .english, firstName: String? = nil, lastName: String? = nil, isVerified: Bool = false
    ) {
        self.id = id
        self.email = email
        self.username = username
        self.passwordHash = passwordHash
        self.persona = persona
        self.language = language
        self.firstName = firstName
        self.lastName = lastName
        self.isVerified = isVerified
    }

    /// The account as surfaces show it.
    package var account: Account {
        Account(id: id, email: email, username: username, role: .user, persona: persona)
    }

    /// The event of its registration.
    var event: DomainEvent { .userRegistered(id, username: username, role: account.role) }
}

/// The recipient of a mail.
package struct MailRecipient: Sendable {
    package let email: String
    package let username: String
    package let language: Language
}
