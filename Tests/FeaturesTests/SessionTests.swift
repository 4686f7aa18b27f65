import Chassis
import Crypto
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct SessionTests {
    @Test func `a refresh returns a new pair, and a later use of the old token ends the session`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let refreshed = try await features.refresh(ada.tokens.refresh)
            #expect(refreshed.account.id == ada.caller.user)
            #expect(refreshed.tokens.refresh != ada.tokens.refresh)
            let principal = try features.accounts.authenticator.principal(accessToken: refreshed.tokens.access)
            #expect(principal.session == ada.caller.session)
            // Another window of the same client is refused, and may go on with the new pair.
            await expect(.refreshTokenInvalid, .unauthenticated) { try await features.refresh(ada.tokens.refresh) }
            _ = try features.accounts.authenticator.principal(accessToken: refreshed.tokens.access)
            #expect(try await features.jobs.enqueued(SendTokenReuseNotice.self) == [])
            // Later its owner or a thief holds the other copy.
            try await features.ageExchanges(seconds: 31)
            await expect(.refreshTokenInvalid, .unauthenticated) { try await features.refresh(ada.tokens.refresh) }
            await expect(.refreshTokenInvalid) { try await features.refresh(refreshed.tokens.refresh) }
            await expect(.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: refreshed.tokens.access)
            }
            #expect(
                try await features.jobs.enqueued(SendTokenReuseNotice.self)
                    == [SendTokenReuseNotice(account: ada.caller.user, session: ada.caller.session)])
        }
    }

    @Test func `a lost answer of a refresh is repeated under its key, for concurrent requests too`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let answers = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let tokens = try await features.refresh(ada.tokens.refresh, key: "window-1").tokens
                        return [tokens.access, tokens.refresh]
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers).count == 1)
            let tokens = answers[0]
            _ = try features.accounts.authenticator.principal(accessToken: tokens[0])
            // Another key is another request.
            await expect(.refreshTokenInvalid) { try await features.refresh(ada.tokens.refresh, key: "window-2") }
            #expect(try await features.refresh(ada.tokens.refresh, key: "window-1").tokens.refresh == tokens[1])
            let next = try await features.refresh(tokens[1], key: "window-1")
            #expect(next.tokens.refresh != tokens[1])
            // After a minute the token is spent under its key too.
            try await features.ageExchanges(seconds: 61)
            await expect(.refreshTokenInvalid) { try await features.refresh(ada.tokens.refresh, key: "window-1") }
            await expect(.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: next.tokens.access)
            }
        }
    }

    @Test func `a malformed key is refused and exchanges nothing`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            for key in ["", "a b", "ключ", String(repeating: "x", count: 256)] {
                let error = await expect(.validationFailed) { try await features.refresh(ada.tokens.refresh, key: key) }
                #expect(error?.field == "Idempotency-Key")
            }
            _ = try await features.refresh(ada.tokens.refresh)
        }
    }

    @Test func `nothing that is stored of a repeated answer opens a session`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let tokens = try await features.refresh(ada.tokens.refresh, key: "window-1").tokens
            let rows = Statement(
                "test_rows",
                "SELECT (SELECT jsonb_agg(a) FROM refresh_answers AS a)::text || sessions::text FROM sessions")
            var row = try #require(try await features.database.read(rows, []).first)
            let stored = try row.text()
            for token in [tokens.access, tokens.refresh, ada.tokens.refresh] {
                #expect(!stored.contains(token) && !stored.contains(String(token.suffix(20))))
            }
        }
    }

    @Test func `an access token is not accepted as a refresh token, nor a refresh token as an access token`()
        async throws
    {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            await expect(.refreshTokenInvalid) { try await features.refresh(ada.tokens.access) }
            await expect(.refreshTokenInvalid) { try await features.accounts.logOut(ada.tokens.access) }
            for token in ["", "x", "a.b.c", ada.tokens.refresh, ada.tokens.access + "x"] {
                await expect(.tokenInvalid, .unauthenticated) {
                    try features.accounts.authenticator.principal(accessToken: token)
                }
            }
        }
    }

    @Test func `a logout ends the session and its presence, and may be repeated`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            _ = try await features.presence.update.online(playing: nil, by: ada.caller)
            for _ in 0..<2 { try await features.accounts.logOut(ada.tokens.refresh) }
            await expect(.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: ada.tokens.access)
            }
            await expect(.refreshTokenInvalid) { try await features.refresh(ada.tokens.refresh) }
            #expect(try await features.presence.store.read([ada.caller.user])[ada.caller.user]?.status != .online)
        }
    }

    @Test func `a user lists and ends the own sessions, and never those of another user`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.register("ada"), try await features.user("bob"))
            let second = try await features.logIn("ada")
            let third = try await features.logIn("ada")
            let sessions = features.accounts.sessions
            let listed = try await sessions.list(by: ada.caller)
            #expect(Set(listed.map(\.id)) == Set([ada, second, third].map(\.caller.session)))
            #expect(listed.filter(\.isCurrent).map(\.id) == [ada.caller.session])
            #expect(listed.allSatisfy { $0.ipAddress == "203.0.113.7" && $0.userAgent == "test" })
            await expect(.sessionNotFound, .notFound) { try await sessions.end(second.caller.session, by: bob) }
            try await sessions.end(second.caller.session, by: ada.caller)
            await expect(.sessionNotFound) { try await sessions.end(second.caller.session, by: ada.caller) }
            await expect(.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: second.tokens.access)
            }
            #expect(try await sessions.endOthers(by: ada.caller) == 1)
            #expect(try await sessions.list(by: ada.caller).map(\.id) == [ada.caller.session])
        }
    }
}

@Suite(.database) struct PasswordTests {
    private static let other = "another long password"

    @Test func `a changed password replaces the old one, ends the other sessions and is mailed to the owner`()
        async throws
    {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let second = try await features.logIn("ada")
            await expect(.wrongCredentials) {
                try await features.accounts.changePassword(
                    old: "wrong password", new: try Password(Self.other), by: ada.caller)
            }
            try await features.accounts.changePassword(
                old: TestClient.password, new: try Password(Self.other), by: ada.caller)
            await expect(.wrongCredentials) { try await features.logIn("ada") }
            #expect(try await features.logIn("ada", password: Self.other).caller.user == ada.caller.user)
            _ = try features.accounts.authenticator.principal(accessToken: ada.tokens.access)
            await expect(.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: second.tokens.access)
            }
            #expect(try await features.jobs.enqueuedKinds().contains(SendPasswordChanged.kind))
        }
    }

    @Test func `a mailed token resets the password once and ends every session`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let reset = features.accounts.resetPassword
            try await reset.request(email: try EmailAddress("ADA@example.com"), client: TestClient())
            let token = try await features.resetToken()
            await expect(.emailTokenInvalid, .invalid) {
                try await reset(token: token + "x", new: try Password(Self.other), client: TestClient())
            }
            try await reset(token: token, new: try Password(Self.other), client: TestClient())
            await expect(.emailTokenInvalid) {
                try await reset(token: token, new: try Password(Self.other), client: TestClient())
            }
            await expect(.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: ada.tokens.access)
            }
            #expect(try await features.accounts.sessions.list(by: ada.caller).isEmpty)
            _ = try await features.logIn("ada", password: Self.other)
        }
    }

    @Test func `a request for an unknown address enqueues no mail and takes as long`() async throws {
        try await FeatureHarness.open { features in
            _ = try await features.user("ada")
            for email in ["unknown@example.com", "ada@example.com"] {
                let began = features.loop.now
                try await features.accounts.resetPassword.request(
                    email: try EmailAddress(email), client: TestClient())
                #expect(features.loop.now - began >= 140_000_000)
            }
            #expect(try await features.jobs.enqueued(SendPasswordReset.self).map(\.email) == ["ada@example.com"])
        }
    }

    @Test func `a token verifies the address once, and is not accepted for another purpose`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let link = try #require(try await features.jobs.enqueued(SendVerification.self).first).link
            let token = features.emailToken(link, .verify)
            await expect(.emailTokenInvalid) {
                try await features.accounts.verifyEmail(token: features.emailToken(link, .reset))
            }
            try await features.accounts.verifyEmail(token: token)
            #expect(try await features.accounts.account.read(ada.caller.user).isVerified)
            await expect(.emailTokenInvalid) { try await features.accounts.verifyEmail(token: token) }
            // A verified address gets no further mail.
            try await features.accounts.verifyEmail.resend(to: ada.caller)
            #expect(try await features.jobs.enqueued(SendVerification.self).count == 1)
        }
    }
}

extension FeatureHarness {
    func emailToken(_ id: EmailTokenID, _ purpose: EmailTokenPurpose) -> String {
        emailTokens.sign(id.identifier.high, id.identifier.low, for: purpose.rawValue)
    }

    func refresh(_ token: String, key: String? = nil) async throws -> (account: Account, tokens: IssuedTokens) {
        try await accounts.refresh(token, idempotencyKey: key, client: TestClient())
    }

    /// Moves all exchanges of refresh tokens into the past.
    func ageExchanges(seconds: Int) async throws {
        let age = Statement(
            "test_age",
            """
            WITH answers AS (UPDATE refresh_answers SET created_at = created_at - $1 * interval '1 second')
            UPDATE sessions SET refreshed_at = refreshed_at - $1 * interval '1 second'
            """)
        _ = try await database.write(age, [.integer(seconds)])
    }

    /// Returns the token that the enqueued mail will have.
    func resetToken() async throws -> String {
        let mail = try #require(try await jobs.enqueued(SendPasswordReset.self).first)
        return emailToken(mail.link, .reset)
    }

    func makeAdministrator(_ caller: Caller) async throws {
        let grant = Statement("test_grant", "UPDATE accounts SET role = 'ADMIN' WHERE id = $1")
        _ = try await database.write(grant, [.id(caller.user)])
    }
}
