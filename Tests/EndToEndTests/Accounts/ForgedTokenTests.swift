import Crypto
import Foundation
import TestSupport
import Testing

/// Tokens that an attacker who knows the secrets could make, and that are refused nevertheless, on every route that
/// needs one.
@Suite(.showingOutput)
struct ForgedTokenTests {
    private static let accessSecret = "a secret of access tokens for tests"
    private static let refreshSecret = "a secret of refresh tokens for tests"

    /// Every route that asks for a bearer token.
    private static let routes: [(method: String, path: String)] = [
        ("POST", "/auth/change_pass"), ("PUT", "/users/01900000-0000-7000-8000-000000000001/profile"),
        ("POST", "/social/follow/01900000-0000-7000-8000-000000000001"),
        ("DELETE", "/social/unfollow/01900000-0000-7000-8000-000000000001"), ("GET", "/social/feed?userId=x"),
        ("POST", "/media/upload/avatar"), ("POST", "/media/upload/track"), ("POST", "/media/upload/cover"),
        ("POST", "/media/upload/file"), ("DELETE", "/media/file/01900000-0000-7000-8000-000000000001"),
        ("DELETE", "/media/track/01900000-0000-7000-8000-000000000001"),
        ("GET", "/media/file/01900000-0000-7000-8000-000000000001/status"),
        ("POST", "/api/v1/auth/change-password"), ("POST", "/api/v1/auth/verify-email/resend"),
        ("GET", "/api/v1/auth/sessions"), ("DELETE", "/api/v1/auth/sessions"),
        ("DELETE", "/api/v1/auth/sessions/01900000-0000-7000-8000-000000000001"), ("GET", "/api/v1/users/me"),
        ("PUT", "/api/v1/users/me"), ("DELETE", "/api/v1/users/me"), ("POST", "/api/v1/users/me/deactivate"),
        ("POST", "/api/v1/users/me/export"), ("GET", "/api/v1/users/me/export"),
        ("GET", "/api/v1/users/me/export/download"),
        ("PUT", "/api/v1/admin/users/01900000-0000-7000-8000-000000000001/role"),
        ("PUT", "/api/v1/admin/users/01900000-0000-7000-8000-000000000001/status"),
    ]

    @Test func `forged, foreign, expired and future tokens are refused on every route`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        options.environment = [
            "ACCESS_TOKEN_SECRET": Self.accessSecret, "REFRESH_TOKEN_SECRET": Self.refreshSecret,
        ]
        try await Product.run(options) { product in
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let tokens = try forgeries(of: user)
            for route in Self.routes {
                for (what, token) in tokens {
                    let answer = try await product.client.ask(route.method, route.path, json: "{}", token: token)
                    #expect(answer.status == 401, "\(route) \(what): \(answer.text)")
                    #expect(answer.headers["www-authenticate"] == "Bearer")
                }
                let anonymous = try await product.client.ask(route.method, route.path, json: "{}")
                #expect(anonymous.status == 401, "\(route): \(anonymous.text)")
            }
            for (what, token) in tokens where what != "a refresh token" {
                for path in ["/auth/refresh", "/auth/logout", "/api/v1/auth/refresh", "/api/v1/auth/logout"] {
                    let answer = try await product.client.post(path, json: #"{"refreshToken":"\#(token)"}"#)
                    #expect(answer.status == 401, "\(path) \(what): \(answer.text)")
                }
            }
            // The same, made well, is let in: it was not something else that kept the others out.
            let now = Int(Date.now.timeIntervalSince1970)
            let good = try sign(user, from: now, to: now + 60)
            #expect(try await product.client.ask("GET", "/api/v1/users/me", token: good).status == 200)
        }
    }

    private func forgeries(of user: TestUser) throws -> [(what: String, token: String)] {
        let now = Int(Date.now.timeIntervalSince1970)
        let good = try sign(user, from: now, to: now + 60)
        let parts = Token(good).parts
        let payload = String(decoding: Data(Array(plain(parts[1]))), as: UTF8.self)
        let named = { (header: String) in self.sign(header: header, payload: payload) }
        return [
            ("no algorithm", "\(Token.encode(#"{"alg":"none","typ":"JWT"}"#)).\(parts[1])."),
            ("no algorithm, signed", named(#"{"alg":"none","typ":"JWT"}"#)),
            ("another algorithm", named(#"{"alg":"HS512","typ":"JWT"}"#)),
            ("a foreign key", named(#"{"alg":"RS256","typ":"JWT"}"#)),
            ("extensions", named(#"{"alg":"HS256","typ":"JWT","crit":["b64"],"b64":false}"#)),
            ("a refresh token", user.refreshToken),
            ("signed with the other secret", try sign(user, from: now, to: now + 60, with: Self.refreshSecret)),
            ("another type", try sign(user, .refresh, from: now, to: now + 60)),
            ("expired", try sign(user, from: now - 960, to: now - 1)),
            ("of the future", try sign(user, from: now + 600, to: now + 1_500)),
            ("of a session that is none", try sign(user, session: "x", from: now, to: now + 60)),
            ("without a user", try sign(user, subject: "admin", from: now, to: now + 60)),
            ("cut off", String(good.dropLast())), ("longer", good + "A"), ("mangled", good.replacing("e", with: "f")),
            ("another payload", "\(parts[0]).\(parts[1].dropLast(2))AA.\(parts[2])"), ("nonsense", "x.y.z"),
        ]
    }

    private func sign(
        _ user: TestUser, _ type: TokenType = .access, subject: String? = nil, session: String? = nil,
        from begin: Int, to end: Int, with secret: String = accessSecret
    ) throws -> String {
        let known = try #require(Token(user.accessToken).claims["sid"].text)
        return TokenSigner(secret: Array(secret.utf8)).sign(
            TokenClaims(
                subject: subject ?? user.id, type: type, sessionID: session ?? known, tokenID: UUID().uuidString,
                issuedAt: begin, expiresAt: end))
    }

    private func sign(header: String, payload: String) -> String {
        let signed = "\(Token.encode(header)).\(Token.encode(payload))"
        let code = HMACSHA256(key: Array(Self.accessSecret.utf8)).authenticate(signed.utf8.span)
        return "\(signed).\(Base64URL.encode(code.span))"
    }

    private func plain(_ text: String) -> [UInt8] { Base64URL.decode(text.utf8.span) ?? [] }
}
