import Chassis
import Crypto
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct TwoFactorTests {
    @Test func `with two-factor login a password needs a code, which opens one session`() async throws {
        try await FeatureHarness.open { features in
            let (ada, totp, _) = try await features.enabled("ada")
            // Whether a code is needed is told after the right password alone.
            await expect(.wrongCredentials) { try await features.logIn("ada", code: nil, password: "wrong password") }
            await expect(.twoFactorRequired, .unauthenticated) { try await features.logIn("ada", code: nil) }
            await expect(.twoFactorRequired) { try await features.logIn("ada", code: "") }
            for wrong in ["000000", "12345", "wrong", "ABCD-EFGH-IJKL-MNOP", String(repeating: "1", count: 10_000)] {
                await expect(.twoFactorInvalid, .unauthenticated) { try await features.logIn("ada", code: wrong) }
            }
            // The code of the confirmation was used by it.
            await expect(.twoFactorInvalid) { try await features.logIn("ada", code: totp.code(features)) }
            let next = totp.code(features, 1)
            let login = try await features.logIn("ada", code: " \(next.prefix(3)) \(next.suffix(3))")
            await expect(.twoFactorInvalid) { try await features.logIn("ada", code: next) }
            // Refreshing needs none; a password reset and a change of the password keep it.
            _ = try await features.accounts.refresh(login.tokens.refresh, client: TestClient())
            features.clock.pass(600)
            try await features.resetPassword(of: ada.caller.user, to: "another long password")
            await expect(.twoFactorRequired) {
                try await features.logIn("ada", code: nil, password: "another long password")
            }
            _ = try await features.logIn("ada", code: totp.code(features), password: "another long password")
        }
    }

    @Test func `codes are accepted one step early and late, never twice, and never in the wrong order`() async throws {
        try await FeatureHarness.open { features in
            let (_, totp, _) = try await features.enabled("ada")
            features.clock.pass(300)
            await expect(.twoFactorInvalid) { try await features.logIn("ada", code: totp.code(features, -2)) }
            await expect(.twoFactorInvalid) { try await features.logIn("ada", code: totp.code(features, 2)) }
            _ = try await features.logIn("ada", code: totp.code(features, -1))
            _ = try await features.logIn("ada", code: totp.code(features, 1))
            await expect(.twoFactorInvalid) { try await features.logIn("ada", code: totp.code(features)) }
        }
    }

    @Test func `of logins at once with one code one succeeds, whichever process it reaches`() async throws {
        try await FeatureHarness.openParallel(2) { processes in
            let (_, totp, codes) = try await processes[0].enabled("ada")
            for code in [totp.code(processes[0], 1), codes[0]] {
                let outcomes = await withTaskGroup { group in
                    for process in processes + processes {
                        group.addTask {
                            do {
                                _ = try await process.logIn("ada", code: code)
                                return "opened"
                            } catch {
                                return (error as? DomainError)?.code.rawValue ?? "\(error)"
                            }
                        }
                    }
                    return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
                }
                #expect(outcomes == ["opened": 1, "two_factor_invalid": 3])
            }
        }
    }

    @Test func `each recovery code opens one session, however it is typed`() async throws {
        try await FeatureHarness.open { features in
            let (ada, totp, codes) = try await features.enabled("ada")
            #expect(codes.count == 10 && Set(codes).count == 10)
            #expect(codes.allSatisfy { $0.wholeMatch(of: /[a-z2-7]{4}(-[a-z2-7]{4}){3}/) != nil })
            let login = try await features.logIn("ada", code: codes[0])
            await expect(.twoFactorInvalid) { try await features.logIn("ada", code: codes[0]) }
            _ = try await features.logIn("ada", code: codes[1].uppercased().filter { $0 != "-" })
            #expect(try await features.accounts.twoFactor.read(by: login.caller).recoveryCodeCount == 8)
            let renewed = try await features.accounts.twoFactor.renewRecoveryCodes(
                code: totp.code(features, 1), by: login.caller)
            await expect(.twoFactorInvalid) { try await features.logIn("ada", code: codes[2]) }
            _ = try await features.logIn("ada", code: renewed[2])
            #expect(try await !features.isOpen(ada.caller))
        }
    }

    @Test func `wrong codes use the budget of wrong passwords, and no mailbox gives more of them`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            let (ada, totp, _) = try await features.enabled("ada")
            let elsewhere = TestClient(address: "198.51.100.66")
            // A login without a code costs nothing.
            for _ in 0..<3 {
                await expect(.twoFactorRequired) { try await features.logIn("ada", code: nil, from: elsewhere) }
            }
            for _ in 0..<9 {
                await expect(.twoFactorInvalid) { try await features.logIn("ada", code: "000000", from: elsewhere) }
            }
            // The tenth, ten minutes later: without those before it no further attempt would wait.
            let later = Timestamp.now.unixMilliseconds + 600_000
            let throttle = LoginThrottle(redis: features.redis, isOn: true, clock: { later })
            _ = try await throttle.begin(try EmailAddress("ada@example.com"), from: .unknown)
            await expect(.rateLimited) {
                try await features.logIn("ada", code: totp.code(features, 1), from: elsewhere)
            }
            // The owner's address has a budget of its own.
            _ = try await features.logIn("ada", code: totp.code(features, 1))
            // A link from the mailbox neither clears the count nor makes the client a known device.
            let token = try await features.resetPassword(
                of: ada.caller.user, to: "another long password", from: elsewhere)
            #expect(token == nil)
            await expect(.rateLimited) {
                try await features.logIn("ada", code: "000000", password: "another long password", from: elsewhere)
            }
        }
    }

    @Test func `enabling and disabling end the other sessions, and each is mailed`() async throws {
        try await FeatureHarness.open { features in
            let twoFactor = features.accounts.twoFactor
            let ada = try await features.register("ada")
            #expect(try await twoFactor.read(by: ada.caller).enabledAt == nil)
            await expect(.twoFactorNotBegun) { try await twoFactor.confirm("123456", by: ada.caller) }
            await expect(.twoFactorNotEnabled) {
                try await twoFactor.disable(password: TestClient.password, code: "123456", by: ada.caller)
            }
            let other = try await features.logIn("ada")
            let (totp, _) = try await features.enable(ada.caller)
            #expect(try await !features.isOpen(other.caller))
            #expect(try await features.isOpen(ada.caller))
            let state = try await twoFactor.read(by: ada.caller)
            #expect(state.enabledAt != nil && state.recoveryCodeCount == 10 && !state.isRequired)
            await expect(.twoFactorAlreadyEnabled) { try await twoFactor.begin(by: ada.caller) }
            await expect(.twoFactorAlreadyEnabled) { try await twoFactor.confirm("123456", by: ada.caller) }

            let third = try await features.logIn("ada", code: totp.code(features, 1))
            features.clock.pass(60)
            let code = totp.code(features)
            await expect(.wrongCredentials) { try await twoFactor.disable(password: "x", code: code, by: third.caller) }
            await expect(.wrongCredentials) { try await twoFactor.disable(password: nil, code: code, by: third.caller) }
            await expect(.twoFactorRequired) {
                try await twoFactor.disable(password: TestClient.password, code: nil, by: third.caller)
            }
            await expect(.twoFactorInvalid) {
                try await twoFactor.disable(password: TestClient.password, code: "000000", by: third.caller)
            }
            try await twoFactor.disable(password: TestClient.password, code: code, by: third.caller)
            #expect(try await !features.isOpen(ada.caller))
            _ = try await features.logIn("ada")
            let mails = try await features.jobs.enqueuedKinds().filter { $0 == SendTwoFactorChanged.kind }
            #expect(mails.count == 2)
        }
    }

    @Test func `the otpauth address is one that authenticator apps read`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let setup = try await features.accounts.twoFactor.begin(by: ada)
            #expect(setup.secret.wholeMatch(of: /[A-Z2-7]{32}/) != nil)
            #expect(
                setup.url
                    == "otpauth://totp/SocialPlay:ada%40example.com?secret=\(setup.secret)&issuer=SocialPlay"
                    + "&algorithm=SHA1&digits=6&period=30")
            #expect("\(setup)" == "[redacted]")
        }
    }

    @Test func `no row has a secret or a recovery code that can be read`() async throws {
        try await FeatureHarness.open { features in
            let (ada, totp, codes) = try await features.enabled("ada")
            var row = try #require(
                try await features.database.read(
                    Statement("test_secret", "SELECT secret FROM two_factor WHERE user_id = $1"),
                    [.id(ada.caller.user)]
                ).first)
            let stored = try row.bytes()
            #expect(stored.count == 24 + TOTP.secretSize + 16)
            #expect(!Hex.encode(stored.span).contains(Hex.encode(totp.secret.span)))
            var rows = try #require(
                try await features.database.read(
                    Statement(
                        "test_everything",
                        """
                        SELECT concat((SELECT json_agg(t) FROM two_factor t), (SELECT json_agg(t) FROM recovery_codes t),
                                      (SELECT json_agg(t) FROM outbox t))
                        """), []
                ).first)
            let text = try rows.text()
            for code in codes {
                #expect(!text.contains(code) && !text.contains(code.filter { $0 != "-" }.uppercased()))
            }
            #expect(!text.contains(Base32.encode(totp.secret.span)))
        }
    }

    // MARK: Staff

    @Test func `staff without two-factor login may log in, and use no power of their role`() async throws {
        try await FeatureHarness.open(needsTwoFactorOfStaff: true) { features in
            let ada = try await features.register("ada")
            let bob = try await features.user("bob")
            try await features.make(.admin, ada.caller.user)
            let administration = features.accounts.administration
            let refusal = await expect(.twoFactorSetupRequired, .forbidden) {
                try await administration.setRole(.moderator, of: bob.user, by: ada.caller)
            }
            #expect(refusal != nil)
            await expect(.twoFactorSetupRequired) {
                try await administration.setActive(false, of: bob.user, by: ada.caller)
            }
            await expect(.twoFactorSetupRequired) {
                try await administration.resetTwoFactor(of: bob.user, by: ada.caller)
            }
            await expect(.twoFactorSetupRequired) {
                try await features.profiles.update(ProfileChanges(), of: bob.user, by: ada.caller)
            }
            await expect(.roleRequired) { try await administration.setRole(.user, of: ada.caller.user, by: bob) }
            let withheld = Statement("test_role", "SELECT has_role($1, 'MODERATOR', 'ADMIN')")
            #expect(try await features.flag(withheld, ada.caller.user) == false)
            #expect(try await features.accounts.twoFactor.read(by: ada.caller).isRequired)
            #expect(try await !features.accounts.twoFactor.read(by: bob).isRequired)
            _ = try await features.logIn("ada")

            _ = try await features.enable(ada.caller)
            #expect(try await features.flag(withheld, ada.caller.user) == true)
            #expect(try await features.flag(withheld, bob.user) == false)
            let profile = try await administration.setRole(.moderator, of: bob.user, by: ada.caller)
            #expect(profile.account.role == .moderator)
        }
    }

    @Test func `without the setting staff need no second factor`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            try await features.make(.admin, ada.user)
            _ = try await features.accounts.administration.setRole(.moderator, of: bob.user, by: ada)
            #expect(try await !features.accounts.twoFactor.read(by: ada).isRequired)
        }
    }

    @Test func `an administrator resets the second factor of others, and not of administrators`() async throws {
        try await FeatureHarness.open { features in
            let (ada, _, _) = try await features.enabled("ada")
            let root = try await features.user("root")
            let administration = features.accounts.administration
            await expect(.roleRequired) { try await administration.resetTwoFactor(of: ada.caller.user, by: root) }
            try await features.make(.admin, root.user)
            await expect(.accountNotFound) {
                try await administration.resetTwoFactor(of: FeatureHarness.id(), by: root)
            }
            await expect(.twoFactorNotEnabled) {
                try await administration.resetTwoFactor(of: self.other(features), by: root)
            }
            try await features.make(.admin, ada.caller.user)
            await expect(.administratorProtected) {
                try await administration.resetTwoFactor(of: ada.caller.user, by: root)
            }
            try await features.make(.user, ada.caller.user)
            _ = try await administration.resetTwoFactor(of: ada.caller.user, by: root)
            #expect(try await !features.isOpen(ada.caller))
            _ = try await features.logIn("ada")
            #expect(try await features.jobs.enqueuedKinds().contains(SendTwoFactorChanged.kind))
        }
    }

    private func other(_ features: FeatureHarness) async throws -> UserID { try await features.user("other").user }
}

/// The authenticator app of a user.
private struct AuthenticatorApp: Sendable {
    let secret: [UInt8]

    /// - Parameter steps: After the present one.
    func code(_ features: FeatureHarness, _ steps: Int = 0) -> String {
        TOTP(secret: secret).code(of: TOTP.step(at: features.clock.read()) + steps)
    }
}

extension FeatureHarness {
    /// Registers a user with two-factor login.
    fileprivate func enabled(_ name: String) async throws -> (login: TestLogin, app: AuthenticatorApp, codes: [String])
    {
        let login = try await register(name)
        let (app, codes) = try await enable(login.caller)
        return (login, app, codes)
    }

    fileprivate func enable(_ caller: Caller) async throws -> (app: AuthenticatorApp, codes: [String]) {
        let setup = try await accounts.twoFactor.begin(by: caller)
        let app = AuthenticatorApp(secret: bytes(ofBase32: setup.secret))
        return (app, try await accounts.twoFactor.confirm(app.code(self), by: caller))
    }

    fileprivate func logIn(
        _ name: String, code: String?, password: String = TestClient.password, from client: TestClient = TestClient()
    ) async throws -> TestLogin {
        let made = try await accounts.logIn(
            email: "\(name)@example.com", password: password, code: code, client: client)
        return try TestLogin(made.tokens, accounts)
    }

    /// - Returns: The device token.
    @discardableResult
    fileprivate func resetPassword(
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

    fileprivate func isOpen(_ caller: Caller) async throws -> Bool {
        try await SessionStore(database).open(of: caller.user).map(\.id).contains(caller.session)
    }

    fileprivate func make(_ role: AccountRole, _ user: UserID) async throws {
        _ = try await database.write(
            Statement("test_make", "UPDATE accounts SET role = $2 WHERE id = $1"), [.id(user), .text(role.rawValue)])
    }

    fileprivate func flag(_ statement: Statement, _ user: UserID) async throws -> Bool? {
        guard var row = try await database.read(statement, [.id(user)]).first else { return nil }
        return try row.bool()
    }
}
