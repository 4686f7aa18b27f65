import TestSupport
import Testing

extension SharedProduct {
    /// U-2, U-16: where somebody is logged in.
    struct SessionListTests {
        let product = Product.current

        @Test func `the list shows every open session and which is asking`() async throws {
            let person = try await Person.join(at: product.client, headers: ["User-Agent": "Phone"])
            let tablet = try await person.play(at: product.client, headers: ["User-Agent": "Tablet"])
            let gone = try await person.play(at: product.client, headers: ["User-Agent": "Gone"])
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

        @Test func `ending one ends its tokens on every surface and in every process`() async throws {
            let other = try await product.add(.api)
            let person = try await Person.join(at: product.client)
            let lost = try await person.play(at: product.client)
            let session = try #require(Token(lost.accessToken).claims["sid"].text)
            let answer = try await person.ask("DELETE", "/auth/sessions/\(session)", at: product.client)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await !lost.isPlaying(at: product.client))
            #expect(try await !lost.isLetIn(at: product.client))
            // U-2 promises one second; the other is for a busy machine.
            try await eventually("it is refused everywhere", within: 2) {
                try await !lost.isPlaying(at: other.client)
            }
            expectError(try await lost.refresh(at: product.client), 401)
            #expect(try await person.isPlaying(at: product.client))
            expectError(
                try await person.ask("DELETE", "/auth/sessions/\(session)", at: product.client), 404,
                "Session not found")
        }

        @Test func `nobody ends or sees the sessions of somebody else`() async throws {
            let person = try await Person.join(at: product.client)
            let somebody = try await Person.join(at: product.client)
            let session = try #require(Token(somebody.accessToken).claims["sid"].text)
            expectError(try await person.ask("DELETE", "/auth/sessions/\(session)", at: product.client), 404)
            expectError(try await person.ask("DELETE", "/auth/sessions/x", at: product.client), 400)
            #expect(try await somebody.isPlaying(at: product.client))
            let list = try await person.ask("GET", "/auth/sessions", at: product.client)
            #expect(!list.text.contains(session))
        }

        @Test func `all others end together`() async throws {
            let person = try await Person.join(at: product.client)
            let others = [try await person.play(at: product.client), try await person.logIn(at: product.client)]
            let answer = try await person.ask("DELETE", "/auth/sessions", at: product.client)
            #expect(answer.json["message"].text == "2 other sessions ended")
            for other in others { #expect(try await !other.isPlaying(at: product.client)) }
            #expect(try await person.isPlaying(at: product.client))
        }

        @Test func `a changed password ends the others`() async throws {
            let person = try await Person.join(at: product.client)
            let other = try await person.play(at: product.client)
            let json = #"{"oldPassword":"\#(person.password)","newPassword":"the next password"}"#
            let answer = try await person.ask("POST", "/auth/change-password", json: json, at: product.client)
            #expect(answer.json["message"].text == "Password changed successfully")
            #expect(try await !other.isPlaying(at: product.client))
            #expect(try await person.isPlaying(at: product.client))
            _ = try await person.play(at: product.client, password: "the next password")
            expectError(
                try await person.ask("POST", "/auth/change-password", json: json, at: product.client), 401,
                "Invalid credentials")
        }
    }
}
