import Chassis
import Crypto
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// The authenticator app of a user.
struct AuthenticatorApp: Sendable {
    let secret: [UInt8]

    /// - Parameter steps: After the present one.
    func code(_ features: FeatureHarness, _ steps: Int = 0) -> String {
        TOTP(secret: secret).code(of: TOTP.step(at: features.clock.read()) + steps)
    }
}

extension FeatureHarness {
    /// Registers a user with two-factor login.
    func enabled(_ name: String) async throws -> (login: TestLogin, app: AuthenticatorApp, codes: [String]) {
        let login = try await register(name)
        let (app, codes) = try await enable(login.caller)
        return (login, app, codes)
    }

    func enable(_ caller: Caller) async throws -> (app: AuthenticatorApp, codes: [String]) {
        let setup = try await accounts.twoFactor.begin(by: caller)
        let app = AuthenticatorApp(secret: bytes(ofBase32: setup.secret))
        return (app, try await accounts.twoFactor.confirm(app.code(self), by: caller))
    }

    func logIn(
        _ name: String, code: String?, password: String = TestClient.password, from client: TestClient = TestClient()
    ) async throws -> TestLogin {
        let made = try await accounts.logIn(
            email: "\(name)@example.com", password: password, code: code, client: client)
        return try TestLogin(made.tokens, accounts)
    }

    /// - Returns: The device token.
    @discardableResult
    func resetPassword(
        of user: UserID, to password: String, from client: TestClient = TestClient()
    ) async throws -> String? {
        let profile = try await accounts.account.read(user)
        let id = Self.id(EmailTokenID.self)
        let token = NewEmailToken(id: id, expiresAt: Timestamp.now.adding(.seconds(3_600)))
        _ = try await EmailTokenStore(database).requestReset(
            for: try EmailAddress(existing: profile.account.email), token,
            enqueuing: try OutboxJob(
                SendPasswordReset(link: id, email: profile.account.email), id: Self.id(JobID.self), trace: nil))
        return try await accounts.resetPassword(
            token: emailTokens.sign(id.identifier.high, id.identifier.low, for: "reset"), new: try Password(password),
            client: client)
    }

    func isOpen(_ caller: Caller) async throws -> Bool {
        try await SessionStore(database).open(of: caller.user).map(\.id).contains(caller.session)
    }

    func make(_ role: AccountRole, _ user: UserID) async throws {
        _ = try await database.write(
            Statement("test_make", "UPDATE accounts SET role = $2 WHERE id = $1"), [.id(user), .text(role.rawValue)])
    }

    func flag(_ statement: Statement, _ user: UserID) async throws -> Bool? {
        guard var row = try await database.read(statement, [.id(user)]).first else { return nil }
        return try row.bool()
    }
}
