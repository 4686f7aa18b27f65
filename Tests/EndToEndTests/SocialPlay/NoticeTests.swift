import TestSupport
import Testing

extension SharedProduct {
    /// What users are told of their accounts.
    struct NoticeTests {
        let product = Product.current
        private static let signIn = "New sign-in to your account"
        private static let changed = "Your password was changed"

        @Test func `a login from another machine is mailed to the owner, one from the same machine is not`()
            async throws
        {
            let user = try await TestUser.registerOnSocialPlay(at: product.client, headers: ["User-Agent": "Phone"])
            _ = try await user.logInOnSocialPlay(at: product.client, headers: ["User-Agent": "Phone"])
            _ = try await user.logInOnSocialPlay(
                at: product.client.from("127.0.0.9"), headers: ["User-Agent": "<b>Kiosk</b> \"x\""])
            let mail = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: user.email, Self.signIn).first
            }
            #expect(mail.text.contains("Address: 127.0.0.9"))
            #expect(mail.text.contains("Device: <b>Kiosk</b> \"x\""))
            #expect(mail.html.contains("&lt;b&gt;Kiosk&lt;/b&gt; &quot;x&quot;"))
            let jobs = try await product.texts(
                "SELECT id::text FROM outbox WHERE unique_key = 'send-sign-in-notice:' || $1", [user.id])
            #expect(jobs.count == 1)
            #expect(product.mailbox.decodedMail(to: user.email, Self.signIn).count == 1)
        }

        @Test func `a changed password is mailed to the owner, in the owner's language`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            _ = try await user.ask("PUT", "/users/me", json: #"{"language":"ru"}"#, at: product.client)
            for (old, new) in [(user.password, "the next password"), ("the next password", "the last password")] {
                let answer = try await product.client.post(
                    "/auth/change_pass", json: #"{"oldPassword":"\#(old)","newPassword":"\#(new)"}"#,
                    token: user.accessToken)
                #expect(answer.status == 200)
            }
            let mail = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: user.email, "Ваш пароль изменён").first
            }
            #expect(mail.text.contains(user.username))
            // One mail of a kind a minute.
            let jobs = try await product.texts(
                "SELECT id::text FROM outbox WHERE unique_key = 'send-password-changed:' || $1", [user.id])
            #expect(jobs.count == 1)
        }

        // S2-8, S2-155: by the queue in Redis and a worker process.
        @Test func `a user whose language is Russian is welcomed in Russian`() async throws {
            let name = TestUser.newName()
            let answer = try await product.client.ask(
                "POST", "/auth/register", json: TestUser.registration(email: "\(name)@example.com", name),
                headers: ["Accept-Language": "de, ru;q=0.7, en;q=0.3"])
            let user = try TestUser(answer, password: TestUser.usualPassword)
            _ = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: user.email, "Добро пожаловать в SocialPlay!").first
            }
        }

        @Test(arguments: [
            #"a@b.example\r\nBcc: c@d.example"#, #"a@b.example\nSubject: x"#, #"a\u0000@b.example"#,
            #"\"a\"@b.example"#, #"a@b.example, c@d.example"#,
        ])
        func `an address with header fields is refused`(email: String) async throws {
            let json = #"{"email":"\#(email)","username":"\#(TestUser.newName())","password":"a fine password"}"#
            expectSocialPlayError(try await product.client.post("/api/v1/auth/register", json: json), 400)
            let forgotten = #"{"email":"\#(email)"}"#
            expectSocialPlayError(try await product.client.post("/api/v1/auth/forgot-password", json: forgotten), 400)
        }
    }
}
