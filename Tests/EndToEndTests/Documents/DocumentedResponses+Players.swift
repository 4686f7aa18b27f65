import Foundation
import TestSupport
import Testing

/// Accounts and users: `/api/v1/auth`, `/api/v1/users`, `/api/v1/admin`.
extension DocumentedResponses {
    /// Sends a request to a route below `/api/v1`, such as `GET /posts/{id}`.
    @discardableResult
    mutating func play(
        _ status: Int, _ route: String, _ id: String = "", query: String = "", json: String? = nil,
        headers: [String: String] = [:], as user: TestUser?, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProductAnswer {
        let words = route.split(separator: " ")
        let call = Call(String(words[0]), "/api/v1\(words[1])", id, query: query, json: json, headers: headers)
        return try await expect(status, call, as: user, at: elsewhere(), sourceLocation: sourceLocation)
    }

    /// Reads what has an entity tag, in every way.
    mutating func readTagged(_ path: String, _ id: String = "", as user: TestUser?) async throws -> String {
        let tag = try #require(try await play(200, "GET \(path)", id, as: user).headers["etag"])
        try await play(304, "GET \(path)", id, headers: ["If-None-Match": tag], as: user)
        try await play(412, "GET \(path)", id, headers: ["If-Match": "\"x\""], as: user)
        return tag
    }

    mutating func usePlayerAccounts(_ issuer: OpenIDIssuer) async throws {
        let name = TestUser.newName()
        let email = "\(name)@example.com"
        let registered = try await play(
            201, "POST /auth/register", json: TestUser.registration(email: email, name), as: nil)
        try await play(400, "POST /auth/register", json: TestUser.registration(email: email, "x\(name)"), as: nil)
        let user = try TestUser(socialPlay: registered, password: TestUser.usualPassword)
        let link = try await mailedToken(of: "verify-email", to: email)
        try await play(200, "POST /auth/verify-email", json: #"{"token":"\#(link)"}"#, as: nil)
        try await play(200, "POST /auth/verify-email/resend", as: user)

        try await play(200, "POST /auth/login", json: TestUser.login(email: email), as: nil)
        try await play(401, "POST /auth/login", json: TestUser.login(email: email, "another one"), as: nil)
        try await close(users[3])
        try await play(403, "POST /auth/login", json: TestUser.login(email: users[3].email), as: nil)
        let renewed = try await play(200, "POST /auth/refresh", json: Self.refreshToken(user.refreshToken), as: nil)
        let token = try #require(renewed.json["refreshToken"].text)
        try await play(200, "POST /auth/logout", json: Self.refreshToken(token), as: nil)
        for path in ["refresh", "logout"] {
            try await play(401, "POST /auth/\(path)", json: Self.refreshToken(users[0].accessToken), as: nil)
        }

        try await play(200, "POST /auth/forgot-password", json: #"{"email":"\#(email)"}"#, as: nil)
        let reset = try await mailedToken(of: "reset-password", to: email)
        try await play(
            200, "POST /auth/reset-password", json: #"{"token":"\#(reset)","newPassword":"the next password"}"#, as: nil
        )
        // For requests to a broken database.
        try await play(200, "POST /auth/forgot-password", json: #"{"email":"\#(users[4].email)"}"#, as: nil)
        for page in ["verify-email", "reset-password"] {
            files[page] = try await mailedToken(of: page, to: users[4].email)
        }
        let change = "/auth/change-password"
        try await play(
            200, "POST \(change)", json: Self.passwordChange(TestUser.usualPassword, "the next password"), as: users[2])
        try await changePasswordConcurrently("/api/v1\(change)", users[0], at: elsewhere())

        let session = try await TestUser.registerOnSocialPlay(at: elsewhere()).logInOnSocialPlay(at: elsewhere())
        let sessions = try await play(200, "GET /auth/sessions", as: session)
        let other = sessions.json["sessions"].array?.first { $0["isCurrent"].bool == false }
        try await play(200, "DELETE /auth/sessions/{id}", other?["id"].text ?? "", as: session)
        try await play(200, "DELETE /auth/sessions", as: session)

        try await play(200, "GET /auth/providers", as: nil)
        try await play(200, "POST /auth/providers/{name}/nonce", "test", as: nil)
        let proof = try await proof(of: issuer)
        try await play(
            200, "POST /auth/providers/{name}/login", "test", json: #"{"idToken":"\#(proof)"}"#, as: nil)
        try await play(401, "POST /auth/providers/{name}/login", "test", json: #"{"idToken":"x"}"#, as: nil)
    }

    private func mailedToken(of page: String, to email: String) async throws -> String {
        try await eventually("the link comes") {
            product.mailbox.decodedMail(
                to: email, page == "verify-email" ? "Confirm your e-mail address" : "Reset Your Password"
            ).first?.token(of: page)
        }
    }

    mutating func usePlayers() async throws {
        let (caller, other) = (users[0], users[2])
        _ = try await readTagged("/users/me", as: caller)
        try await play(200, "PUT /users/me", json: #"{"firstName":"Ada","bio":"Piano"}"#, as: caller)
        _ = try await readTagged("/users/{id}", other.id, as: nil)
        try await play(200, "GET /users/search", query: "?q=\(other.username)", as: caller)

        try await play(200, "POST /users/{id}/follow", other.id, as: caller)
        try await play(200, "POST /users/{id}/follow", caller.id, as: other)
        try await play(400, "POST /users/{id}/follow", caller.id, as: caller)
        for list in ["followers", "following"] { try await play(200, "GET /users/{id}/\(list)", other.id, as: nil) }
        try await play(200, "DELETE /users/me/followers/{id}", other.id, as: caller)
        try await play(200, "DELETE /users/{id}/follow", other.id, as: caller)
        try await play(200, "POST /users/{id}/mute", other.id, as: caller)
        try await play(200, "GET /mutes", as: caller)
        try await play(200, "DELETE /users/{id}/mute", other.id, as: caller)
        try await play(200, "POST /users/{id}/block", other.id, as: caller)
        try await play(200, "GET /blocks", as: caller)
        for action in ["follow", "mute"] { try await play(403, "POST /users/{id}/\(action)", other.id, as: caller) }
        try await play(200, "DELETE /users/{id}/block", other.id, as: caller)

        let (admin, some) = (users[7], try await TestUser.registerOnSocialPlay(at: elsewhere()))
        try await play(200, "PUT /admin/users/{id}/role", some.id, json: #"{"role":"MODERATOR"}"#, as: admin)
        try await play(200, "PUT /admin/users/{id}/status", other.id, json: #"{"isActive":true}"#, as: admin)
        try await play(202, "POST /admin/announcements", json: #"{"title":"Hello","body":"All"}"#, as: admin)

        let (client, reader) = (product.client, users[1])
        try await play(202, "POST /users/me/export", as: reader)
        try await eventually("the export is ready") {
            try await reader.ask("GET", "/users/me/export", at: client).json["status"].text == "ready"
        }
        try await play(200, "GET /users/me/export", as: reader)
        try await play(200, "GET /users/me/export/download", as: reader)
        try await play(200, "POST /users/me/deactivate", as: some)
        try await play(200, "DELETE /users/me", as: try await TestUser.registerOnSocialPlay(at: elsewhere()))
    }
}
