import TestSupport
import Testing

extension SharedProduct {
    struct VerificationTests {
        let product = Product.current
        private static let subject = "Confirm your e-mail address"

        @Test func `the link that came with the registration verifies the address once`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            #expect(try await isVerified(user) == false)
            let token = try #require(try await letter(user).token(of: "verify-email"))
            let answer = try await verify(token)
            #expect(answer.status == 200)
            #expect(answer.json["message"].text == "Email verified successfully")
            #expect(try await isVerified(user) == true)
            expectSocialPlayError(try await verify(token), 400)
            expectSocialPlayError(try await verify("x"), 400)
        }

        @Test func `a link can be requested again, but not in the same minute`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            _ = try await letter(user)
            #expect(try await user.ask("POST", "/auth/verify-email/resend", at: product.client).status == 200)
            #expect(try await links(of: user) == 1)
            // The minute is over.
            _ = try await product.texts(
                "UPDATE outbox SET unique_until = now() WHERE unique_key = 'send-verification:' || $1 RETURNING kind",
                [user.id])
            #expect(try await user.ask("POST", "/auth/verify-email/resend", at: product.client).status == 200)
            #expect(try await links(of: user) == 2)
            let letters = try await eventually("the second mail comes") {
                let letters = product.mailbox.decodedMail(to: user.email, Self.subject)
                return letters.count == 2 ? letters : nil
            }
            #expect(Set(letters.map { $0.token(of: "verify-email") }).count == 2)
            for letter in letters { #expect(try await verify(letter.token(of: "verify-email") ?? "").status == 200) }
            _ = try await user.ask("POST", "/auth/verify-email/resend", at: product.client)
            #expect(try await links(of: user) == 0)
        }

        private func verify(_ token: String) async throws -> ProductAnswer {
            try await product.client.post("/api/v1/auth/verify-email", json: #"{"token":"\#(token)"}"#)
        }

        private func isVerified(_ user: TestUser) async throws -> Bool? {
            try await user.ask("GET", "/users/me", at: product.client).json["isVerified"].bool
        }

        private func links(of user: TestUser) async throws -> Int {
            try await product.texts(
                "SELECT id::text FROM account_links WHERE user_id = $1::text::uuid", [user.id]
            ).count
        }

        private func letter(_ user: TestUser) async throws -> DecodedMail {
            try await eventually("the mail comes") { product.mailbox.decodedMail(to: user.email, Self.subject).first }
        }
    }
}
