import TestSupport
import Testing

extension SharedProduct {
    /// What people are told of their accounts.
    struct NoticeTests {
        let product = Product.current
        private static let signIn = "New sign-in to your account"
        private static let changed = "Your password was changed"

        @Test func `a login from another machine is told, one from the same is not`() async throws {
            let person = try await Person.join(at: product.client, headers: ["User-Agent": "Phone"])
            _ = try await person.play(at: product.client, headers: ["User-Agent": "Phone"])
            _ = try await person.play(
                at: product.client.from("127.0.0.9"), headers: ["User-Agent": "<b>Kiosk</b> \"x\""])
            let mail = try await eventually("the mail comes") {
                product.mailbox.letters(to: person.email, Self.signIn).first
            }
            #expect(mail.text.contains("Address: 127.0.0.9"))
            #expect(mail.text.contains("Device: <b>Kiosk</b> \"x\""))
            #expect(mail.html.contains("&lt;b&gt;Kiosk&lt;/b&gt; &quot;x&quot;"))
            let jobs = try await product.texts(
                "SELECT id::text FROM outbox WHERE unique_key = 'send-sign-in-notice:' || $1", [person.id])
            #expect(jobs.count == 1)
            #expect(product.mailbox.letters(to: person.email, Self.signIn).count == 1)
        }

        @Test func `a changed password is told, in the person's language`() async throws {
            let person = try await Person.join(at: product.client)
            _ = try await person.ask("PUT", "/users/me", json: #"{"language":"ru"}"#, at: product.client)
            for (old, new) in [(person.password, "the next password"), ("the next password", "the last password")] {
                let answer = try await product.client.post(
                    "/auth/change_pass", json: #"{"oldPassword":"\#(old)","newPassword":"\#(new)"}"#,
                    token: person.accessToken)
                #expect(answer.status == 200)
            }
            let mail = try await eventually("the mail comes") {
                product.mailbox.letters(to: person.email, "Ваш пароль изменён").first
            }
            #expect(mail.text.contains(person.username))
            // One mail of a kind a minute.
            let jobs = try await product.texts(
                "SELECT id::text FROM outbox WHERE unique_key = 'send-password-changed:' || $1", [person.id])
            #expect(jobs.count == 1)
        }

        @Test func `who reads Russian is greeted in Russian`() async throws {
            let name = Person.newName()
            let answer = try await product.client.ask(
                "POST", "/auth/register", json: Person.registration(email: "\(name)@example.com", name),
                headers: ["Accept-Language": "de, ru;q=0.7, en;q=0.3"])
            let person = try Person(answer, password: Person.usualPassword)
            _ = try await eventually("the mail comes") {
                product.mailbox.letters(to: person.email, "Добро пожаловать в SocialPlay!").first
            }
        }

        @Test(arguments: [
            #"a@b.example\r\nBcc: c@d.example"#, #"a@b.example\nSubject: x"#, #"a\u0000@b.example"#,
            #"\"a\"@b.example"#, #"a@b.example, c@d.example"#,
        ])
        func `an address cannot carry headers`(email: String) async throws {
            let json = #"{"email":"\#(email)","username":"\#(Person.newName())","password":"a fine password"}"#
            expectError(try await product.client.post("/api/v1/auth/register", json: json), 400)
            let forgotten = #"{"email":"\#(email)"}"#
            expectError(try await product.client.post("/api/v1/auth/forgot-password", json: forgotten), 400)
        }
    }
}
