import Chassis
import Jobs
import Social
import Storage

/// Makes an account with its profile and first session, and promises the welcome mail: one statement.
struct RegisterAccount: Sendable {
    let accounts: AccountStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let producer: Producer

    /// - Throws: ``Refusal/conflict(_:)`` for an address or name that somebody has.
    func callAsFunction(
        email: EmailAddress, username: Username, password: Password, persona: Persona, client: Client
    ) async throws -> (account: Account, tokens: IssuedTokens) {
        let hash = try await passwords.hash(password)
        let now = Timestamp.now
        let account = Account(
            id: UserID(unixMilliseconds: now.unixMilliseconds), email: email.description,
            username: username.description, role: .user, persona: persona)
        let (session, tokens) = issuer.open(for: account.id, client: client, at: now)
        let welcome = try producer.promise(
            SendWelcome(email: email.description, name: username.description), trace: client.trace)
        do {
            try await accounts.register(account, passwordHash: hash, session: session, welcome: welcome)
        } catch AccountStore.Conflict.emailTaken {
            throw Refusal.conflict("Email already exists")
        } catch AccountStore.Conflict.usernameTaken {
            throw Refusal.conflict("Username already exists")
        }
        producer.push(welcome)
        return (account, tokens)
    }
}
