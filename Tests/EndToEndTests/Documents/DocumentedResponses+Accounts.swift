import Foundation
import TestSupport
import Testing

/// Accounts: `/auth`.
extension DocumentedResponses {
    mutating func useAccounts() async throws {
        try await register()
        try await logIn()
        try await exchangeTokens()
        try await changePassword()
    }

    private mutating func register() async throws {
        let path = "/auth/register"
        let (name, other) = (TestUser.newName(), TestUser.newName())
        try await expect(
            200, "POST", path,
            json: """
                {"email":"\(name)@example.com","username":"\(name)","password":"securePassword123","role":"musician"}
                """, as: nil)
        for json in [
            "{}", "[]", #"{"email":"plain","username":"me","password":"short","role":"admin"}"#,
            #"{"email":"a@example.com","username":"abc"}"#,
        ] { try await expect(400, "POST", path, json: json, as: nil) }
        for (email, username) in [(name, other), (other, name)] {
            try await expect(
                409, "POST", path, json: TestUser.registration(email: "\(email)@example.com", username), as: nil)
        }
        try await expectBodyRefusals("POST", path, as: nil)
    }

    private mutating func logIn() async throws {
        let (path, user) = ("/auth/login", users[0])
        try await expect(200, "POST", path, json: TestUser.login(email: user.email), as: nil)
        try await expect(400, "POST", path, json: #"{"email":"\#(user.email)"}"#, as: nil)
        try await expect(401, "POST", path, json: TestUser.login(email: user.email, "another one"), as: nil)
        try await close(users[7])
        try await expect(403, "POST", path, json: TestUser.login(email: users[7].email), as: nil)
        try await expectBodyRefusals("POST", path, as: nil)
    }

    /// Closes an account behind the product's back, so that its access token goes on.
    func close(_ user: TestUser) async throws {
        _ = try await product.texts("UPDATE accounts SET is_active = false WHERE id = '\(user.id)'")
    }

    private mutating func exchangeTokens() async throws {
        let (refresh, logOut) = ("/auth/refresh", "/auth/logout")
        let renewed = try await expect(200, "POST", refresh, json: Self.refreshToken(users[6].refreshToken), as: nil)
        let token = try #require(renewed.json["refreshToken"].text)
        try await expect(
            400, "POST", refresh, json: Self.refreshToken(token), as: nil, headers: ["Idempotency-Key": "two words"])
        for path in [refresh, logOut] {
            try await expect(400, "POST", path, json: "{}", as: nil)
            try await expect(401, "POST", path, json: Self.refreshToken(users[2].accessToken), as: nil)
            try await expectBodyRefusals("POST", path, as: nil)
        }
        try await expect(200, "POST", logOut, json: Self.refreshToken(token), as: nil)
        try await expect(401, "POST", refresh, json: Self.refreshToken(token), as: nil)
    }

    static func refreshToken(_ token: String) -> String { #"{"refreshToken":"\#(token)"}"# }

    private mutating func changePassword() async throws {
        let (path, user) = ("/auth/change_pass", users[2])
        let (old, new) = (TestUser.usualPassword, "the next password")
        try await expect(200, "POST", path, json: Self.passwordChange(old, new, of: user), as: user)
        try await expect(400, "POST", path, json: Self.passwordChange(new, "short"), as: user)
        try await expect(400, "POST", path, json: "{}", as: user)
        try await expect(401, "POST", path, json: Self.passwordChange(old, "another password"), as: user)
        try await expect(401, "POST", path, json: Self.passwordChange(new, old), as: nil)
        try await expect(403, "POST", path, json: Self.passwordChange(new, old, of: users[0]), as: user)
        try await expectBodyRefusals("POST", path, as: user)
        try await changePasswordConcurrently(path, users[0], at: elsewhere())
    }

    static func passwordChange(_ old: String, _ new: String, of user: TestUser? = nil) -> String {
        let member = user.map { #""userId":"\#($0.id)","# } ?? ""
        return #"{\#(member)"oldPassword":"\#(old)","newPassword":"\#(new)"}"#
    }

    /// Another request changes the password, and has not finished when the old one is verified.
    mutating func changePasswordConcurrently(
        _ path: String, _ user: TestUser, at client: ProductClient
    ) async throws {
        let product = product
        let hash = try await user.passwordHash(in: product)
        let other = try await users[1].passwordHash(in: product)
        let change = try await OpenTransaction.begin(in: product.databaseURL)
        try await change.run("UPDATE accounts SET password_hash = '\(other)' WHERE id = '\(user.id)'")
        let json = Self.passwordChange(user.password, "the next password")
        async let answer = client.ask("POST", path, json: json, token: user.accessToken)
        try await eventually("the change waits for the other one") {
            try await !product.texts(
                "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).isEmpty
        }
        try await change.commit()
        let refused = try await answer
        #expect(refused.status == 409, "\(refused.text)")
        record(refused, "POST", path)
        _ = try await product.texts("UPDATE accounts SET password_hash = '\(hash)' WHERE id = '\(user.id)'")
    }
}
