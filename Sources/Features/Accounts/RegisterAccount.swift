import Chassis
import Domain
import Jobs
import Storage

/// Makes an account with its profile and first session, and promises the mails that greet and that verify the address:
/// one statement.
struct RegisterAccount: Sendable {
    let accounts: AccountStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let producer: Producer

    /// - Throws: ``AccountRefusal/emailTaken``, ``AccountRefusal/usernameTaken``.
    func callAsFunction(
        _ registration: Registration, client: Client
    ) async throws -> (account: Account, tokens: IssuedTokens) {
        let hash = try await passwords.hash(registration.password)
        let now = Timestamp.now
        let new = NewAccount(
            id: UserID(unixMilliseconds: now.unixMilliseconds), email: registration.email.description,
            username: registration.username.description, passwordHash: hash, persona: registration.persona,
            language: client.language, firstName: registration.firstName, lastName: registration.lastName)
        let (session, tokens) = issuer.open(for: new.id, client: client, at: now)
        let link = EmailToken.new(at: now)
        let mails = [
            try producer.outboxJob(
                SendWelcome(email: new.email, name: new.username, language: client.language), trace: client.trace),
            try producer.outboxJob(SendVerification(link: link.id, account: new.id), trace: client.trace),
        ]
        do {
            try await accounts.register(new, session: session, link: link, enqueuing: mails)
        } catch AccountStore.Conflict.emailTaken {
            throw AccountRefusal.emailTaken
        } catch AccountStore.Conflict.usernameTaken {
            throw AccountRefusal.usernameTaken
        }
        for mail in mails { producer.push(mail) }
        return (new.account, tokens)
    }
}
