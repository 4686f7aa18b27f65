import Chassis
import TestSupport
import Testing

extension SharedProduct {
    /// S2-59 to S2-63, S2-71, S2-155, S2-170.
    struct PasswordResetTests {
        let product = Product.current
        private static let subject = "Reset Your Password"

        @Test func `the mailed link sets a new password once and ends every session`() async throws {
            let other = try await product.add(.api)
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let elsewhere = try await user.logInOnSocialPlay(at: product.client)
            let token = try await requestedToken(user.email)

            let answer = try await reset(token, "the next password")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["message"].text == "Password reset successful")
            // S2-62
            for session in [user, elsewhere] {
                expectSocialPlayError(try await session.refresh(at: product.client), 401, "Invalid refresh token")
                #expect(try await !session.isLoggedIn(at: product.client))
                try await eventually("it is refused everywhere", within: 2) {
                    try await !session.isLoggedIn(at: other.client)
                }
            }
            _ = try await user.logInOnSocialPlay(at: product.client, password: "the next password")
            let old = try await product.client.post("/api/v1/auth/login", json: TestUser.login(email: user.email))
            expectSocialPlayError(old, 401, "Invalid credentials")
            // S2-63
            expectSocialPlayError(try await reset(token, "another password"), 400)
            #expect(try await TestUser(socialPlay: logIn(user, "the next password"), password: "").id == user.id)
        }

        // S2-59
        @Test func `known and unknown addresses get the same answer in the same time`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            for _ in 0..<3 {
                var times: [UInt64] = []
                for email in [user.email, "\(TestUser.newName())@example.com"] {
                    let began = monotonicNanoseconds()
                    let answer = try await forget(email)
                    times.append((monotonicNanoseconds() - began) / 1_000_000)
                    #expect(answer.status == 200)
                    #expect(answer.text == #"{"message":"If the email exists, a reset link has been sent"}"#)
                }
                // Both wait for the same moment, which no statement comes near.
                #expect(times.allSatisfy { $0 >= 150 }, "\(times)")
            }
        }

        @Test func `an address gets one such mail a minute`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await forget(user.email.uppercased()).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 200 })
            _ = try await letter(user.email)
            let rows = try await product.texts(
                "SELECT id::text FROM account_links WHERE user_id = $1::text::uuid AND kind = 'reset'", [user.id])
            #expect(rows.count == 1)
            let jobs = try await product.texts(
                "SELECT id::text FROM outbox WHERE kind = 'send-reset-password' AND unique_key LIKE '%' || $1",
                [user.email])
            #expect(jobs.count == 1)
            #expect(product.mailbox.decodedMail(to: user.email, Self.subject).count == 1)
        }

        @Test func `of many concurrent uses of one link one sets the password`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let token = try await requestedToken(user.email)
            let statuses = try await withThrowingTaskGroup { group in
                for number in 0..<6 { group.addTask { try await reset(token, "password number \(number)").status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 1, 400: 5])
        }

        @Test func `a link expires after an hour, and when the address has changed`() async throws {
            for change in [
                "UPDATE account_links SET expires_at = now() WHERE user_id = $1::text::uuid RETURNING kind",
                "UPDATE accounts SET email = id || '@example.com' WHERE id = $1::text::uuid RETURNING email",
            ] {
                let user = try await TestUser.registerOnSocialPlay(at: product.client)
                let token = try await requestedToken(user.email)
                let lasting = try await product.texts(
                    """
                    SELECT round(extract(epoch FROM expires_at - created_at))::text FROM account_links
                    WHERE user_id = $1::text::uuid AND kind = 'reset'
                    """, [user.id])
                #expect(lasting == ["3600"])
                _ = try await product.texts(change, [user.id])
                expectSocialPlayError(try await reset(token, "the next password"), 400)
                #expect(try await user.isLoggedIn(at: product.client))
            }
        }

        // S2-170
        @Test func `no token is accepted for another purpose`() async throws {
            var user = try await TestUser.registerOnSocialPlay(at: product.client)
            let token = try await requestedToken(user.email)
            for wrong in ["", "x", user.accessToken, user.refreshToken, String(token.dropLast()), token + "A"] {
                expectSocialPlayError(try await reset(wrong, "the next password"), 400)
            }
            let verified = try await product.client.post(
                "/api/v1/auth/verify-email", json: #"{"token":"\#(token)"}"#)
            expectSocialPlayError(verified, 400)
            let mail = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: user.email, "Confirm your e-mail address").first
            }
            let verification = try #require(mail.token(of: "verify-email"))
            expectSocialPlayError(try await reset(verification, "the next password"), 400)
            user.accessToken = token
            user.refreshToken = token
            #expect(try await !user.isLoggedIn(at: product.client))
            expectSocialPlayError(try await user.refresh(at: product.client), 401)
            expectSocialPlayError(try await reset(token, "short"), 400)
            #expect(try await reset(token, "the next password").status == 200)
        }

        @Test func `the link leads to the web client, and the mail is in the user's language`() async throws {
            let user = try await TestUser.registerOnSocialPlay(
                at: product.client, headers: ["Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"])
            _ = try await forget(user.email)
            let mail = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: user.email, "Сброс пароля").first
            }
            #expect(mail.text.contains("Здравствуйте, \(user.username)!"))
            let token = try #require(mail.token(of: "reset-password"))
            let link = "http://localhost:5173/reset-password?token=\(token)"
            #expect(mail.text.contains(link))
            #expect(mail.html.contains("<a href=\"\(link)\">"))
        }

        private func forget(_ email: String) async throws -> ProductAnswer {
            try await product.client.post("/api/v1/auth/forgot-password", json: #"{"email":"\#(email)"}"#)
        }

        private func reset(_ token: String, _ password: String) async throws -> ProductAnswer {
            try await product.client.post(
                "/api/v1/auth/reset-password", json: #"{"token":"\#(token)","newPassword":"\#(password)"}"#)
        }

        private func logIn(_ user: TestUser, _ password: String) async throws -> ProductAnswer {
            try await product.client.post("/api/v1/auth/login", json: TestUser.login(email: user.email, password))
        }

        private func requestedToken(_ email: String) async throws -> String {
            #expect(try await forget(email).status == 200)
            return try #require(try await letter(email).token(of: "reset-password"))
        }

        private func letter(_ email: String) async throws -> DecodedMail {
            try await eventually("the mail comes") { product.mailbox.decodedMail(to: email, Self.subject).first }
        }
    }
}
