import TestSupport
import Testing

extension SharedProduct {
    /// S2-42, S2-74, S2-167.
    struct DeletionTests {
        let product = Product.current

        @Test func `a deleted account is gone at once, and everything of it soon`() async throws {
            let other = try await product.add(.api)
            let person = try await Person.join(at: product.client, headers: ["User-Agent": "Phone"])
            let elsewhere = try await person.logIn(at: product.client)
            #expect(try await person.upload(Picture.jpeg, to: product.client).status == 200)
            _ = try await person.ask("POST", "/users/me/export", at: product.client)
            try await eventually("the export is there") {
                try await person.ask("GET", "/users/me/export", at: product.client).json["status"].text == "ready"
            }
            #expect(product.files.contains { $0.contains(person.id) })
            let media = try await person.media(in: product)

            let answer = try await person.ask("DELETE", "/users/me", at: product.client)
            #expect(answer.status == 200)
            #expect(answer.json["message"].text == "Account deleted successfully")
            for session in [person, elsewhere] {
                #expect(try await !session.isPlaying(at: product.client))
                #expect(try await !session.isLetIn(at: product.client))
                try await eventually("it is refused everywhere", within: 2) {
                    try await !session.isPlaying(at: other.client)
                }
            }
            expectError(try await person.refresh(at: product.client), 401)
            let again = try await product.client.post(
                "/api/v1/auth/login", json: Person.login(email: person.email))
            expectError(again, 401, "Invalid credentials")

            try await eventually("its rows are gone") {
                try await product.texts("SELECT id::text FROM accounts WHERE id = $1::text::uuid", [person.id]).isEmpty
            }
            try await eventually("its files are gone") {
                product.files.allSatisfy { file in !file.contains(person.id) && !media.contains { file.contains($0) } }
            }
            for table in ["media", "profiles", "sessions", "account_links", "account_exports"] {
                let rows = try await product.texts(
                    "SELECT user_id::text FROM \(table) WHERE user_id = $1::text::uuid", [person.id])
                #expect(rows.isEmpty, "\(table)")
            }
            // An ended session is known as long as its tokens live, and says no more of whose it was.
            let session = try #require(Token(person.accessToken).claims["sid"].text)
            let left = try await product.texts(
                "SELECT concat_ws(' ', end_reason, user_agent, ip_address) FROM sessions WHERE id = $1::text::uuid",
                [session])
            #expect(left == ["deleted"])
            let newcomer = try await product.add(.api)
            #expect(try await !person.isPlaying(at: newcomer.client))
        }

        @Test func `the name and the address are free again`() async throws {
            let person = try await Person.join(at: product.client)
            _ = try await person.ask("DELETE", "/users/me", at: product.client)
            let answer = try await product.client.post(
                "/api/v1/auth/register", json: Person.registration(email: person.email, person.username))
            let successor = try Person(playing: answer, password: Person.usualPassword)
            #expect(successor.id != person.id)
            #expect(try await successor.isPlaying(at: product.client))
        }

        @Test func `links that were mailed are good for nothing`() async throws {
            let person = try await Person.join(at: product.client)
            let mail = try await eventually("the mail comes") {
                product.mailbox.letters(to: person.email, "Confirm your e-mail address").first
            }
            _ = try await person.ask("DELETE", "/users/me", at: product.client)
            let token = try #require(mail.token(of: "verify-email"))
            expectError(
                try await product.client.post("/api/v1/auth/verify-email", json: #"{"token":"\#(token)"}"#), 400)
        }
    }
}
