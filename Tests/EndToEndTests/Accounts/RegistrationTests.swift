import TestSupport
import Testing

extension SharedProduct {
    /// S1-8 to S1-15, S2-70, X-8.
    struct RegistrationTests {
        let product = Product.current

        @Test func `a registration is answered with the user and a pair of tokens`() async throws {
            let name = TestUser.newName()
            let answer = try await register(TestUser.registration(email: "\(name)@example.com", name))
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.json.names == ["success", "user", "accessToken", "refreshToken"])
            #expect(answer.json["success"] == .bool(true))
            let user = answer.json["user"]
            #expect(user.names == ["id", "email", "username", "role"])
            #expect(user["email"].text == "\(name)@example.com")
            #expect(user["username"].text == name)
            #expect(user["id"].text?.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
            // S1-15
            #expect(user["role"].text == "listener")
        }

        @Test func `a registration creates the profile, too`() async throws {
            let person = try await TestUser.register(at: product.client)
            let profiles = try await product.texts(
                "SELECT media_count::text FROM profiles WHERE user_id = $1::text::uuid", [person.id])
            #expect(profiles == ["0"])
        }

        @Test func `a registration sends one welcome mail`() async throws {
            let person = try await TestUser.register(at: product.client)
            let mail = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: person.email, "Welcome to SocialPlay!").first
            }
            #expect(mail.text.contains("Hello \(person.username)"))
        }

        // S1-9
        @Test(arguments: ["musician", "listener"])
        func `a role that a client may choose is stored`(role: String) async throws {
            let answer = try await register(withRole: role)
            #expect(answer.json["user"]["role"].text == role)
        }

        // S1-9
        @Test(arguments: ["admin", "ADMIN", "moderator", ""])
        func `a privileged role in a registration is refused`(role: String) async throws {
            let answer = try await register(withRole: role)
            expectMusiciansError(answer, 400)
        }

        // S1-12, S1-13
        @Test func `an e-mail address and a user name are taken in every spelling`() async throws {
            let person = try await TestUser.register(at: product.client)
            let sameEmail = try await register(
                TestUser.registration(email: person.email.uppercased(), TestUser.newName()))
            expectMusiciansError(sameEmail, 409, "Email already exists")
            let sameName = try await register(
                TestUser.registration(email: "\(TestUser.newName())@example.com", person.username.uppercased()))
            expectMusiciansError(sameName, 409, "Username already exists")
        }

        @Test func `fifty concurrent registrations of one address make one account and one welcome mail`() async throws
        {
            let email = "\(TestUser.newName())@example.com"
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask { try await register(TestUser.registration(email: email, TestUser.newName())).status }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 1, 409: 49])
            #expect(try await product.texts("SELECT id::text FROM accounts WHERE email = $1", [email]).count == 1)
            try await eventually("every promised mail is written") { product.hasWelcomeMails(email) }
        }

        // S1-6
        @Test(arguments: [
            #"{}"#, #"[]"#, #""text""#, #"null"#, #"17"#, "", "{", #"{"email":"a@b.example""#, "not JSON",
            "{\"email\":\0}",
            #"{"email":"a@b.example","username":"abc"}"#,
            #"{"email":"a@b.example","password":"password-1"}"#,
            #"{"username":"abc","password":"password-1"}"#,
            #"{"email":null,"username":"abc","password":"password-1"}"#,
            #"{"email":17,"username":"abc","password":"password-1"}"#,
            #"{"email":["a@b.example"],"username":"abc","password":"password-1"}"#,
            #"{"email":"a@b.example","username":{"$ne":1},"password":"password-1"}"#,
            #"{"email":"a@b.example","username":"abc","password":12345678}"#,
            #"{"email":"a@b.example","username":"abc","password":"password-1","role":1}"#,
        ])
        func `a body that is not a registration is refused`(json: String) async throws {
            expectMusiciansError(try await register(json), 400)
        }

        // U-15
        @Test(arguments: [
            #"{"email":"a@b.example","email":"c@d.example","username":"abc","password":"password-1"}"#,
            #"{"email":"a@b.example","\u0065mail":"c@d.example","username":"abc","password":"password-1"}"#,
        ])
        func `a repeated member is refused`(json: String) async throws {
            expectMusiciansError(try await register(json), 400)
        }

        @Test(arguments: [
            ("plain", "abc", "password-1"), ("@example.com", "abc", "password-1"), ("a@b", "abc", "password-1"),
            (#"a\u0000@example.com"#, "abc", "password-1"),
            (#"a@example.com\r\nBcc: b@c.example"#, "abc", "password-1"),
            ("a@b.example", "ab", "password-1"), ("a@b.example", "two words", "password-1"),
            ("a@b.example", #"abc\u0000d"#, "password-1"), ("a@b.example", "аbc", "password-1"),
            ("a@b.example", "me", "password-1"), ("a@b.example", "support", "password-1"),
            ("a@deleted.invalid", "abc", "password-1"), ("a..b@c.example", "abc", "password-1"),
            ("a@b.example", "abc", "seven77"),
            ("a@b.example", "abc", #"password\u0000"#), ("a@b.example", "abc", String(repeating: "x", count: 129)),
        ])
        func `an invalid value is refused`(email: String, username: String, password: String) async throws {
            expectMusiciansError(try await register(TestUser.registration(email: email, username, password)), 400)
        }

        @Test func `every wrong field is named in the message`() async throws {
            let answer = try await register(
                #"{"email":"plain","username":"ab","password":"password1","role":"admin"}"#)
            expectMusiciansError(
                answer, 400,
                "Email must be a valid e-mail address; "
                    + "Username must be 3 to 30 letters, digits, underscores, dots or hyphens; "
                    + "Password is one of the most common: choose another; role must be musician or listener")
        }

        @Test func `JSON a hundred thousand levels deep is refused`() async throws {
            // Within the size limit, so that the depth is what is refused.
            let deep = String(repeating: "[", count: 30_000) + String(repeating: "]", count: 30_000)
            expectMusiciansError(try await register(#"{"email":\#(deep)}"#), 400)
            expectMusiciansError(try await register(String(repeating: #"{"a":"#, count: 100_000)), 413)
        }

        @Test func `a megabyte of JSON is refused`() async throws {
            let long = String(repeating: "x", count: 1 << 20)
            expectMusiciansError(try await register(TestUser.registration(email: "a@b.example", "abc", long)), 413)
        }

        @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
        func `a body with another content type is refused`(type: String) async throws {
            let name = TestUser.newName()
            let body = Array(TestUser.registration(email: "\(name)@example.com", name).utf8)
            let answer = try await product.client.send(
                ProductRequest("POST", "/auth/register", headers: ["Content-Type": type], body: body))
            expectMusiciansError(answer, 415)
        }

        @Test(arguments: ["пароль из кириллицы", "🎧🎸🥁🎹🎺🎻🪗🪕", "tab\\tand \\\"quotes\\\" \\u00e9"])
        func `a password in any script is accepted`(password: String) async throws {
            let person = try await TestUser.register(at: product.client, password: password)
            _ = try await person.logIn(at: product.client)
        }

        private func register(_ json: String) async throws -> ProductAnswer {
            try await product.client.post("/auth/register", json: json)
        }

        private func register(withRole role: String) async throws -> ProductAnswer {
            let name = TestUser.newName()
            return try await register(
                #"{"email":"\#(name)@example.com","username":"\#(name)","password":"password-1","role":"\#(role)"}"#)
        }
    }
}
