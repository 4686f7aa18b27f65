import TestSupport
import Testing

extension SharedProduct {
    /// S2-42, S2-74, S2-167.
    struct DeletionTests {
        let product = Product.current

        @Test func `a deleted account is gone at once, and everything of it soon`() async throws {
            let other = try await product.add(.api)
            let user = try await TestUser.registerOnSocialPlay(at: product.client, headers: ["User-Agent": "Phone"])
            let elsewhere = try await user.logIn(at: product.client)
            #expect(try await user.upload(Picture.jpeg, to: product.client).status == 200)
            _ = try await user.ask("POST", "/users/me/export", at: product.client)
            try await eventually("the export is there") {
                try await user.ask("GET", "/users/me/export", at: product.client).json["status"].text == "ready"
            }
            #expect(product.files.contains { $0.contains(user.id) })
            let author = try await TestUser.registerOnSocialPlay(at: product.client)
            let post = try await author.ask("POST", "/posts", json: #"{"content":"Hello"}"#, at: product.client)
            let path = "/posts/\(try #require(post.json["id"].text))"
            for call in ["\(path)/share", "\(path)/bookmark", "/users/\(author.id)/mute"] {
                #expect(try await user.ask("POST", call, at: product.client).status == 200)
            }
            let media = try await user.media(in: product)

            let answer = try await user.ask("DELETE", "/users/me", at: product.client)
            #expect(answer.status == 200)
            #expect(answer.json["message"].text == "Account deleted successfully")
            for session in [user, elsewhere] {
                #expect(try await !session.isLoggedIn(at: product.client))
                #expect(try await !session.isAuthenticated(at: product.client))
                try await eventually("it is refused everywhere", within: 2) {
                    try await !session.isLoggedIn(at: other.client)
                }
            }
            expectSocialPlayError(try await user.refresh(at: product.client), 401)
            let again = try await product.client.post(
                "/api/v1/auth/login", json: TestUser.login(email: user.email))
            expectSocialPlayError(again, 401, "Invalid credentials")

            try await eventually("its rows are gone") {
                try await product.texts("SELECT id::text FROM accounts WHERE id = $1::text::uuid", [user.id]).isEmpty
            }
            #expect(try await author.ask("GET", path, at: product.client).json["sharesCount"].number == 0)
            try await eventually("its files are gone") {
                product.files.allSatisfy { file in !file.contains(user.id) && !media.contains { file.contains($0) } }
            }
            for table in ["media", "profiles", "sessions", "account_links", "account_exports"] {
                let rows = try await product.texts(
                    "SELECT user_id::text FROM \(table) WHERE user_id = $1::text::uuid", [user.id])
                #expect(rows.isEmpty, "\(table)")
            }
            // An ended session is known as long as its tokens live, and says no more of whose it was.
            let session = try #require(Token(user.accessToken).claims["sid"].text)
            let left = try await product.texts(
                "SELECT concat_ws(' ', end_reason, user_agent, ip_address) FROM sessions WHERE id = $1::text::uuid",
                [session])
            #expect(left == ["deleted"])
            let newcomer = try await product.add(.api)
            #expect(try await !user.isLoggedIn(at: newcomer.client))
        }

        @Test func `the name and the address are free again`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            _ = try await user.ask("DELETE", "/users/me", at: product.client)
            let answer = try await product.client.post(
                "/api/v1/auth/register", json: TestUser.registration(email: user.email, user.username))
            let successor = try TestUser(socialPlay: answer, password: TestUser.usualPassword)
            #expect(successor.id != user.id)
            #expect(try await successor.isLoggedIn(at: product.client))
        }

        @Test func `links that were mailed before are invalid`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let mail = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: user.email, "Confirm your e-mail address").first
            }
            _ = try await user.ask("DELETE", "/users/me", at: product.client)
            let token = try #require(mail.token(of: "verify-email"))
            expectSocialPlayError(
                try await product.client.post("/api/v1/auth/verify-email", json: #"{"token":"\#(token)"}"#), 400)
        }
    }
}
