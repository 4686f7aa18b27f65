import TestSupport
import Testing

extension SharedProduct {
    struct SecrecyTests {
        let product = Product.current

        @Test func `passwords and tokens are in no log and in no table`() async throws {
            let (first, second, guess) = (
                "Geheim-1-\(TestUser.newName())", "Geheim-2-\(TestUser.newName())", "Falsch-\(TestUser.newName())"
            )
            let user = try await TestUser.register(at: product.client, password: first)
            let again = try await user.logIn(at: product.client)
            for json in [TestUser.login(email: user.email, guess), #"{"email":"x","password":"\#(guess)"#] {
                _ = try await product.client.post("/auth/login", json: json)
            }
            _ = try await product.client.post(
                "/auth/register", json: TestUser.registration(email: user.email, TestUser.newName(), guess))
            _ = try await product.client.post(
                "/auth/change_pass", json: #"{"oldPassword":"\#(first)","newPassword":"\#(second)"}"#,
                token: user.accessToken)
            let answer = try await product.client.post(
                "/auth/refresh", json: #"{"refreshToken":"\#(user.refreshToken)"}"#)
            let renewed = try TestUser(answer, password: second)
            #expect(try await renewed.upload(Picture.jpeg, to: product.client).status == 200)

            // The links of mails: their tokens are in no row and no job.
            _ = try await product.client.post("/api/v1/auth/forgot-password", json: #"{"email":"\#(user.email)"}"#)
            let links = try await eventually("the mails come") {
                let letters = product.mailbox.mail(to: user.email).map(DecodedMail.init)
                let tokens = letters.compactMap { $0.token(of: "reset-password") ?? $0.token(of: "verify-email") }
                return tokens.count == 2 ? tokens : nil
            }
            let own = try await renewed.ask("GET", "/users/me", at: product.client)
            #expect(own.status == 200)
            let hash = try await user.passwordHash(in: product)
            for answer in [own.text, try await renewed.ask("GET", "/auth/sessions", at: product.client).text] {
                #expect(![hash, second, renewed.refreshToken].contains { answer.contains($0) })
            }
            #expect(!product.output.contains(hash))

            let secrets =
                [first, second, guess] + links
                + [user, again, renewed].flatMap { [$0.accessToken, $0.refreshToken] }
            let places = [product.output, try await everyRow()]
            #expect(places.allSatisfy { $0.contains(user.id) }, "there is something to look through")
            for secret in secrets {
                #expect(places.allSatisfy { !$0.contains(secret) })
            }
        }

        /// All tables as text.
        private func everyRow() async throws -> String {
            let tables = try await product.texts(
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
            var rows = ""
            for table in tables {
                rows += try await product.texts("SELECT t::text FROM \(table) t").joined(separator: "\n")
            }
            return rows
        }
    }
}
