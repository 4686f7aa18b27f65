import Chassis
import Domain
import Postgres
import TestSupport
import Testing

@testable import Features

/// guesses from elsewhere never delay the owner.
@Suite(.database) struct LoginSourceTests {
    private static let elsewhere = TestClient(address: "198.51.100.66")

    @Test func `of thirty wrong passwords at once ten are compared and the others refused`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            _ = try await features.register("ada")
            let codes = await withTaskGroup { group in
                for number in 0..<30 {
                    group.addTask {
                        let client = TestClient(address: "198.51.100.\(number)")
                        do {
                            _ = try await features.logIn("ada", password: "wrong password", from: client)
                            return "none"
                        } catch {
                            return (error as? DomainError)?.code.rawValue ?? "\(error)"
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(codes["wrong_credentials"] ?? 0 >= 10 && codes["wrong_credentials"] ?? 0 <= 12)
            #expect((codes["wrong_credentials"] ?? 0) + (codes["rate_limited"] ?? 0) == 30)
        }
    }

    @Test func `the owner logs in from a known address or device while the account is under attack`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            let ada = try await features.register("ada")
            try await features.attack("ada")
            let right = await expect(.rateLimited) { try await features.logIn("ada", from: Self.elsewhere) }
            #expect(right?.retryAfterSeconds ?? 0 > 100)
            // The address of the registration, and the device that it recognised, from another address.
            _ = try await features.logIn("ada", from: TestClient())
            let device = TestClient(address: "198.51.100.66", deviceToken: ada.tokens.device)
            let login = try await features.logIn("ada", from: device)
            // Sessions go on.
            _ = try await features.refresh(login.tokens.refresh)
            try await features.accounts.changePassword(
                old: TestClient.password, new: try Password("another long password"), by: ada.caller)
        }
    }

    @Test func `wrong passwords from a known source use its own budget`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            _ = try await features.register("ada")
            for _ in 0..<10 {
                await expect(.wrongCredentials) { try await features.logIn("ada", password: "wrong password") }
            }
            await expect(.rateLimited) { try await features.logIn("ada", password: "wrong password") }
            _ = try await features.logIn("ada", from: Self.elsewhere)
        }
    }

    @Test func `a source is known for thirty days after the last login from it`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            _ = try await features.register("ada")
            try await features.attack("ada")
            try await features.age(days: 29)
            _ = try await features.logIn("ada")
            try await features.age(days: 31)
            await expect(.rateLimited) { try await features.logIn("ada") }
        }
    }

    @Test func `a new password forgets the sources, but for the one that changed it`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            let ada = try await features.register("ada")
            let other = try await features.logIn("ada", from: Self.elsewhere)
            let next = "another long password"
            let device = try await features.accounts.changePassword(
                old: TestClient.password, new: try Password(next), by: ada.caller)
            try await features.attack("ada")
            for client in [
                Self.elsewhere, TestClient(address: "192.0.2.1", deviceToken: ada.tokens.device),
                TestClient(address: "192.0.2.1", deviceToken: other.tokens.device),
            ] {
                await expect(.rateLimited) { try await features.logIn("ada", password: next, from: client) }
            }
            _ = try await features.logIn("ada", password: next, from: TestClient())
            _ = try await features.logIn(
                "ada", password: next, from: TestClient(address: "192.0.2.1", deviceToken: device))
        }
    }

    @Test func `a reset by mail needs no wait, and its client logs in at once`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            _ = try await features.register("ada")
            try await features.attack("ada")
            try await features.accounts.resetPassword.request(
                email: try EmailAddress("ada@example.com"), client: Self.elsewhere)
            let next = "another long password"
            let device = try await features.accounts.resetPassword(
                token: try await features.resetToken(), new: try Password(next), client: Self.elsewhere)
            try await features.attack("ada")
            await expect(.rateLimited) { try await features.logIn("ada", password: next, from: Self.elsewhere) }
            var client = Self.elsewhere
            client.deviceToken = device
            _ = try await features.logIn("ada", password: next, from: client)
        }
    }

    @Test func `an attempt that compared nothing is not counted`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            let ada = try await features.register("ada")
            try await features.accounts.account.deactivate(ada.caller.user)
            for _ in 0..<15 { await expect(.accountDeactivated) { try await features.logIn("ada") } }
        }
    }

    @Test func `a device token is accepted for its account, password and thirty days`() async throws {
        try await FeatureHarness.open { features in
            let devices = DeviceTokens(secret: Array("a secret that is long enough for this".utf8))
            let (ada, bob) = (FeatureHarness.id(UserID.self), FeatureHarness.id(UserID.self))
            let now = Timestamp.now
            let token = devices.make(for: ada, passwordHash: "hash", device: nil, at: now)
            let read = { (text: String, user: UserID, hash: String?, time: Timestamp) in
                devices.device(of: TestClient(deviceToken: text), user: user, passwordHash: hash, at: time)
            }
            let id = try #require(read(token, ada, "hash", now))
            #expect(read(token, ada, "hash", now.adding(.seconds(30 * 86_400 - 1))) == id)
            #expect(read(token, ada, "hash", now.adding(.seconds(30 * 86_400))) == nil)
            #expect(read(token, bob, "hash", now) == nil)
            #expect(read(token, ada, "other", now) == nil)
            #expect(read(token, ada, nil, now) == nil)
            for wrong in ["", "x", token + "A", String(token.dropLast()), String(token.reversed())] {
                #expect(read(wrong, ada, "hash", now) == nil)
            }
            // The next login on the device keeps its id.
            let next = devices.make(for: ada, passwordHash: "new", device: id, at: now)
            #expect(next != token && read(next, ada, "new", now) == id)
            let another = devices.make(for: ada, passwordHash: "hash", device: nil, at: now)
            #expect(read(another, ada, "hash", now) != id)
        }
    }
}

extension FeatureHarness {
    func logIn(_ name: String, password: String = TestClient.password, from client: TestClient) async throws
        -> TestLogin
    {
        let made = try await accounts.logIn(email: "\(name)@example.com", password: password, client: client)
        return try TestLogin(made.tokens, accounts)
    }

    /// Uses up the attempts of unknown sources, so that they must wait for minutes.
    fileprivate func attack(_ name: String) async throws {
        let later = Timestamp.now.unixMilliseconds + 600_000
        let throttle = LoginThrottle(redis: redis, isOn: true, clock: { later })
        for _ in 0..<10 { _ = try await throttle.begin(EmailAddress("\(name)@example.com"), from: .unknown) }
    }

    fileprivate func age(days: Int) async throws {
        let age = Statement(
            "test_age_sources", "UPDATE login_sources SET last_login_at = now() - $1 * interval '1 day'")
        _ = try await database.write(age, [.integer(days)])
    }
}
