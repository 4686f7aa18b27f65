import TestSupport
import Testing

extension SharedProduct {
    /// U-2, U-16: the list of a user's sessions.
    struct SessionListTests {
        let product = Product.current

        @Test func `the list shows every open session and marks the caller's`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client, headers: ["User-Agent": "Phone"])
            let tablet = try await user.logInOnSocialPlay(at: product.client, headers: ["User-Agent": "Tablet"])
            let gone = try await user.logInOnSocialPlay(at: product.client, headers: ["User-Agent": "Gone"])
            _ = try await product.client.post(
                "/api/v1/auth/logout", json: #"{"refreshToken":"\#(gone.refreshToken)"}"#)
            let answer = try await tablet.ask("GET", "/auth/sessions", at: product.client)
            #expect(answer.status == 200)
            #expect(answer.headers["cache-control"] == "no-store")
            let sessions = try #require(answer.json["sessions"].array)
            #expect(sessions.map { $0["userAgent"].text } == ["Tablet", "Phone"])
            #expect(sessions.map { $0["isCurrent"].bool } == [true, false])
            #expect(
                sessions[0].names == [
                    "id", "userAgent", "ipAddress", "createdAt", "lastUsedAt", "expiresAt", "isCurrent",
                ])
        }

        @Test func `an ended session's tokens are refused on every surface and in every process`() async throws {
            let other = try await product.add(.api)
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let lost = try await user.logInOnSocialPlay(at: product.client)
            let session = try #require(Token(lost.accessToken).claims["sid"].text)
            let answer = try await user.ask("DELETE", "/auth/sessions/\(session)", at: product.client)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await !lost.isLoggedIn(at: product.client))
            #expect(try await !lost.isAuthenticated(at: product.client))
            // U-2 promises one second; the other is for a busy machine.
            try await eventually("it is refused everywhere", within: 2) {
                try await !lost.isLoggedIn(at: other.client)
            }
            expectSocialPlayError(try await lost.refresh(at: product.client), 401)
            #expect(try await user.isLoggedIn(at: product.client))
            expectSocialPlayError(
                try await user.ask("DELETE", "/auth/sessions/\(session)", at: product.client), 404,
                "Session not found")
        }

        @Test func `a user neither lists nor ends the sessions of another user`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            let session = try #require(Token(otherUser.accessToken).claims["sid"].text)
            expectSocialPlayError(try await user.ask("DELETE", "/auth/sessions/\(session)", at: product.client), 404)
            expectSocialPlayError(try await user.ask("DELETE", "/auth/sessions/x", at: product.client), 400)
            #expect(try await otherUser.isLoggedIn(at: product.client))
            let list = try await user.ask("GET", "/auth/sessions", at: product.client)
            #expect(!list.text.contains(session))
        }

        @Test func `all other sessions are ended by one request`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let others = [
                try await user.logInOnSocialPlay(at: product.client), try await user.logIn(at: product.client),
            ]
            let answer = try await user.ask("DELETE", "/auth/sessions", at: product.client)
            #expect(answer.json["message"].text == "2 other sessions ended")
            for other in others { #expect(try await !other.isLoggedIn(at: product.client)) }
            #expect(try await user.isLoggedIn(at: product.client))
        }

        @Test func `a changed password ends the other sessions`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let other = try await user.logInOnSocialPlay(at: product.client)
            let json = #"{"oldPassword":"\#(user.password)","newPassword":"the next password"}"#
            let answer = try await user.ask("POST", "/auth/change-password", json: json, at: product.client)
            #expect(answer.json["message"].text == "Password changed successfully")
            #expect(try await !other.isLoggedIn(at: product.client))
            #expect(try await user.isLoggedIn(at: product.client))
            _ = try await user.logInOnSocialPlay(at: product.client, password: "the next password")
            expectSocialPlayError(
                try await user.ask("POST", "/auth/change-password", json: json, at: product.client), 401,
                "Invalid credentials")
        }
    }
}
