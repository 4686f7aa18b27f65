import Chassis
package import Domain
import Jobs
import Storage

/// The input of a registration.
package struct Registration: Sendable {
    let email: EmailAddress
    let username: Username
    let password: Password
    let persona: Persona
    let firstName: String?
    let lastName: String?

    package init(
        email: EmailAddress, username: Username, password: Password, persona: Persona = .listener,
        firstName: String? = nil, lastName: String? = nil
    ) {
        self.email = email
        self.username = username
        self.password = password
        self.persona = persona
        self.firstName = firstName
        self.lastName = lastName
    }
}

/// Creates an account with its profile and first session, and enqueues the welcome and verification mails: one
/// statement, which also records the event.
package struct RegisterAccount: Sendable {
    let accounts: AccountStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let producer: Producer

    /// - Throws: `email_taken`, `username_taken`, `validation_failed` for a password that is the user's name or
    ///   address.
    package func callAsFunction(
        _ registration: Registration, client: any Client
    ) async throws(DomainError) -> (account: Account, tokens: IssuedTokens) {
        try await domainErrors { try await register(registration, client) }
    }

    private func register(
        _ registration: Registration, _ client: any Client
    ) async throws -> (account: Account, tokens: IssuedTokens) {
        try registration.password.requireUnlike(
            username: registration.username.description, email: registration.email.description)
        let hash = try await passwords.hash(registration.password, for: client.source)
        let now = Timestamp.now
        let language = client.language
        let trace = client.trace
        let new = NewAccount(
            id: UserID(unixMilliseconds: now.unixMilliseconds), email: registration.email.description,
            username: registration.username.description, passwordHash: hash, persona: registration.persona,
            language: language, firstName: registration.firstName, lastName: registration.lastName)
        var (session, tokens) = issuer.open(for: new.id, client: client, at: now)
        tokens.device = issuer.devices.make(for: new.id, passwordHash: hash, device: nil, at: now)
        let token = EmailToken.new(at: now)
        let mails = [
            try producer.outboxJob(
                SendWelcome(email: new.email, name: new.username, language: language), trace: trace),
            try producer.outboxJob(SendVerification(link: token.id, account: new.id), trace: trace),
        ]
        do {
            try await accounts.register(new, session: session, token: token, enqueuing: mails)
        } catch AccountStore.Conflict.emailTaken {
            throw DomainError.emailTaken
        } catch AccountStore.Conflict.usernameTaken {
            throw DomainError.usernameTaken
        }
        for mail in mails { producer.push(mail) }
        producer.wakePublishers()
        return (new.account, tokens)
    }
}
