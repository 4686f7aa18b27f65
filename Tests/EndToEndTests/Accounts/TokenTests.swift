import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-4, S1-17, S2-64, S2-65.
    struct TokenTests {
        let product = Product.current

        @Test func `tokens say who, what for and how long`() async throws {
            let before = Date.now.timeIntervalSince1970.rounded(.down)
            let person = try await Person.register(at: product.client)
            let after = Date.now.timeIntervalSince1970
            let kinds = [
                ("access", person.accessToken, 15.0 * 60), ("refresh", person.refreshToken, 7.0 * 24 * 3_600),
            ]
            for (type, text, seconds) in kinds {
                let token = Token(text)
                #expect(token.parts.count == 3)
                #expect(token.header == #"{"alg":"HS256","typ":"JWT"}"#)
                let claims = token.claims
                #expect(claims.names == ["userId", "type", "sub", "iat", "exp", "jti", "sid"])
                #expect(claims["userId"].text == person.id)
                #expect(claims["sub"].text == person.id)
                #expect(claims["type"].text == type)
                let issued = try #require(claims["iat"].number)
                #expect(before <= issued && issued <= after)
                #expect(claims["exp"].number == issued + seconds)
            }
            let (access, refresh) = (Token(person.accessToken).claims, Token(person.refreshToken).claims)
            #expect(access["sid"] == refresh["sid"])
            #expect(access["jti"] != refresh["jti"])
        }

        @Test func `one kind of token does not pass for the other`() async throws {
            var person = try await Person.register(at: product.client)
            let refreshed = try await product.client.post(
                "/auth/refresh", json: #"{"refreshToken":"\#(person.accessToken)"}"#)
            expectRefusal(refreshed, 401)
            person.accessToken = person.refreshToken
            expectRefusal(try await status(with: person.accessToken), 401, "Invalid token")
        }

        @Test func `a token that was tampered with is refused`() async throws {
            let person = try await Person.register(at: product.client)
            let somebody = try await Person.register(at: product.client)
            let parts = Token(person.accessToken).parts
            let foreign = Token(somebody.accessToken).parts
            let none = Token.encode(#"{"alg":"none","typ":"JWT"}"#)
            let forgeries = [
                "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(parts[0]).\(foreign[1]).\(parts[2])",
                "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).\(foreign[2])",
                "\(person.accessToken)A", "\(person.accessToken).", "x", String(repeating: "A", count: 5_000),
                Token.encode(#"{"alg":"HS512","typ":"JWT"}"#) + ".\(parts[1]).\(parts[2])",
            ]
            for forgery in forgeries { expectRefusal(try await status(with: forgery), 401, "Invalid token") }
            #expect(try await person.isLetIn(at: product.client))
        }

        @Test(arguments: ["Bearer", "Bearer  ", "Basic YTpi", "Token x"])
        func `without a bearer token nothing is shown`(authorization: String) async throws {
            let file = UUID().uuidString.lowercased()
            let answer = try await product.client.get(
                "/media/file/\(file)/status", headers: ["Authorization": authorization])
            expectRefusal(answer, 401)
            #expect(answer.headers["www-authenticate"] == "Bearer")
        }

        private func status(with token: String) async throws -> ProductAnswer {
            let file = UUID().uuidString.lowercased()
            return try await product.client.get(
                "/media/file/\(file)/status", headers: ["Authorization": "Bearer \(token)"])
        }
    }
}
