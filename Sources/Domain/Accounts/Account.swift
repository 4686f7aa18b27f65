/// A person as the surfaces show them after a login.
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
