import Crypto
import TestSupport
import Testing

/// Two-factor login and analytics of SocialPlay.
extension DocumentedResponses {
    private static let own = "/users/me/two-factor"
    private static let wrong = #"{"totp":"000000"}"#

    mutating func useTwoFactor() async throws {
        let user = try await TestUser.registerOnSocialPlay(at: elsewhere())
        let other = try await TestUser.registerOnSocialPlay(at: elsewhere())
        try await play(200, "GET \(Self.own)", as: user)
        for route in ["POST \(Self.own)/confirm", "PUT \(Self.own)/confirm", "POST \(Self.own)/recovery-codes"] {
            try await play(409, route, json: Self.wrong, as: user)
        }
        let app = try await begin(as: user)
        try await play(401, "POST \(Self.own)/confirm", json: Self.wrong, as: user)
        try await play(200, "POST \(Self.own)/confirm", json: #"{"totp":"\#(app.currentCode())"}"#, as: user)
        try await play(409, "POST \(Self.own)", as: user)
        try await play(401, "POST \(Self.own)/recovery-codes", json: Self.wrong, as: user)
        let next = #"{"totp":"\#(app.currentCode(1))"}"#
        try await play(200, "POST \(Self.own)/recovery-codes", json: next, as: user)

        func proof(_ code: String) -> String { #"{"password":"\#(TestUser.usualPassword)","totp":"\#(code)"}"# }
        try await play(409, "DELETE \(Self.own)", json: proof("000000"), as: other)
        let another = try await begin(as: other)
        try await play(401, "PUT \(Self.own)/confirm", json: Self.wrong, as: other)
        try await play(200, "PUT \(Self.own)/confirm", json: #"{"totp":"\#(another.currentCode())"}"#, as: other)
        try await play(401, "DELETE \(Self.own)", json: proof("000000"), as: other)
        try await play(200, "DELETE \(Self.own)", json: proof(another.currentCode(1)), as: other)
        for status in [200, 409] {
            try await play(status, "DELETE /admin/users/{id}/two-factor", user.id, as: users[7])
        }
        try await play(200, "GET /analytics/me", as: users[1])
        try await play(200, "GET /admin/analytics", as: users[7])
    }

    private mutating func begin(as user: TestUser) async throws -> TOTP {
        let begun = try await play(201, "POST \(Self.own)", as: user)
        return TOTP(secret: bytes(ofBase32: begun.json["secret"].text ?? ""))
    }
}
