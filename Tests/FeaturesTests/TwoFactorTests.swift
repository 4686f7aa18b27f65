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
}
