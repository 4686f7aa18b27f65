package import Domain

/// An account as it is first written.
package struct NewAccount: Sendable {
    package let id: UserID
    package let email: String
    package let username: String
    /// Nil when a provider's word alone opens it.
    package let passwordHash: String?
    package let persona: Persona
    package let language: Language
    package let firstName: String?
    package let lastName: String?
    /// Whether it is proven that the address is theirs.
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
}
