import Domain

/// What somebody says who wants an account.
struct Registration: Sendable {
    let email: EmailAddress
    let username: Username
    let password: Password
    var persona = Persona.listener
    var firstName: String?
    var lastName: String?
}
