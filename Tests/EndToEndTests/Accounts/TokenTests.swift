import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-4, S1-17, S2-64, S2-65.
    struct TokenTests {
        let product = Product.current

        @Test func `tokens state their user, purpose and lifetime`() async throws {
            let before = Date.now.timeIntervalSince1970.rounded(.down)
            let user = try await TestUser.register(at: product.client)
            let after = Date.now.timeIntervalSince1970
            let kinds = [
                ("access", user.accessToken, 15.0 * 60), ("refresh", user.refreshToken, 7.0 * 24 * 3_600),
            ]
            for (type, text, seconds) in kinds {
                let token = Token(text)
                #expect(token.parts.count == 3)
                #expect(token.header == #"{"alg":"HS256","typ":"JWT"}"#)
                let claims = token.claims
                #expect(claims.names == ["userId", "type", "sub", "iat", "exp", "jti", "sid"])
                #expect(claims["userId"].text == user.id)
                #expect(claims["sub"].text == user.id)
                #expect(claims["type"].text == type)
                let issued = try #require(claims["iat"].number)
                #expect(before <= issued && issued <= after)
                #expect(claims["exp"].number == issued + seconds)
            }
            let (access, refresh) = (Token(user.accessToken).claims, Token(user.refreshToken).claims)
            #expect(access["sid"] == refresh["sid"])
            #expect(access["jti"] != refresh["jti"])
        }

        @Test func `one type of token is not accepted as the other`() async throws {
            var user = try await TestUser.register(at: product.client)
            let refreshed = try await product.client.post(
                "/auth/refresh", json: #"{"refreshToken":"\#(user.accessToken)"}"#)
            expectMusiciansError(refreshed, 401)
            user.accessToken = user.refreshToken
            expectMusiciansError(try await status(with: user.accessToken), 401, "Invalid token")
        }

        @Test func `a modified token is refused`() async throws {
            let user = try await TestUser.register(at: product.client)
            let otherUser = try await TestUser.register(at: product.client)
            let parts = Token(user.accessToken).parts
            let foreign = Token(otherUser.accessToken).parts
            let none = Token.encode(#"{"alg":"none","typ":"JWT"}"#)
            let forgeries = [
                "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(parts[0]).\(foreign[1]).\(parts[2])",
                "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).\(foreign[2])",
                "\(user.accessToken)A", "\(user.accessToken).", "x", String(repeating: "A", count: 5_000),
                Token.encode(#"{"alg":"HS512","typ":"JWT"}"#) + ".\(parts[1]).\(parts[2])",
            ]
            for forgery in forgeries { expectMusiciansError(try await status(with: forgery), 401, "Invalid token") }
            #expect(try await user.isAuthenticated(at: product.client))
        }

        @Test(arguments: ["Bearer", "Bearer  ", "Basic YTpi", "Token x"])
        func `a request without a bearer token is refused`(authorization: String) async throws {
            let file = UUID().uuidString.lowercased()
            let answer = try await product.client.get(
                "/media/file/\(file)/status", headers: ["Authorization": authorization])
            expectMusiciansError(answer, 401)
            #expect(answer.headers["www-authenticate"] == "Bearer")
        }

        private func status(with token: String) async throws -> ProductAnswer {
            let file = UUID().uuidString.lowercased()
            return try await product.client.get(
                "/media/file/\(file)/status", headers: ["Authorization": "Bearer \(token)"])
        }
    }
}
