import TestSupport
import Testing

extension SharedProduct {
    /// S1-16 to S1-18, X-6.
    struct LoginTests {
        let product = Product.current

        @Test func `the right password is accepted, whatever the case of the address`() async throws {
            let user = try await TestUser.register(at: product.client)
            let answer = try await logIn(user.email.uppercased(), user.password)
            #expect(answer.status == 200)
            #expect(answer.json.names == ["success", "user", "accessToken", "refreshToken"])
            #expect(answer.headers["x-device-token"] != nil)
            #expect(answer.json["user"]["id"].text == user.id)
            // The spelling of the registration.
            #expect(answer.json["user"]["email"].text == user.email)
        }

        // S1-18
        @Test func `a wrong password and an unknown address are indistinguishable`() async throws {
            let user = try await TestUser.register(at: product.client)
            let wrong = try await logIn(user.email, "another password")
            let unknown = try await logIn("\(TestUser.newName())@example.com", "another password")
            expectMusiciansError(wrong, 401, "Invalid credentials")
            #expect(wrong.body == unknown.body)
            #expect(wrong.status == unknown.status)
            #expect(wrong.headers["www-authenticate"] == unknown.headers["www-authenticate"])
        }

        @Test(arguments: [
            ("not an address", "password-1"), (#"a\u0000@example.com"#, "password-1"), ("", ""),
            ("' OR 1=1 --@example.com", "password-1"), ("a@example.com", String(repeating: "x", count: 2_000)),
        ])
        func `malformed credentials are refused like wrong ones`(email: String, password: String) async throws {
            expectMusiciansError(try await logIn(email, password), 401, "Invalid credentials")
        }

        @Test func `a password is compared to its last character`() async throws {
            let password = String(repeating: "p", count: 128)
            let user = try await TestUser.register(at: product.client, password: password)
            for wrong in [
                password + "p", String(password.dropLast()), password.dropLast() + "q", password + #"\u0000"#,
            ] {
                expectMusiciansError(try await logIn(user.email, wrong), 401)
            }
            _ = try await user.logIn(at: product.client)
        }

        @Test(arguments: [
            #"{"email":"a@b.example"}"#, #"{"password":"password-1"}"#, #"{"email":1,"password":2}"#, "[",
        ])
        func `a body that is not a login is refused`(json: String) async throws {
            expectMusiciansError(try await product.client.post("/auth/login", json: json), 400)
        }

        // X-6
        @Test func `a bcrypt hash is accepted and replaced by an argon2id hash`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.setBcryptHash(in: product)
            expectMusiciansError(try await logIn(user.email, "parol-from-after"), 401)
            #expect(try await user.passwordHash(in: product).hasPrefix("$2b$"))

            #expect(try await logIn(user.email, "parol-from-before").status == 200)
            #expect(try await user.passwordHash(in: product).hasPrefix("$argon2id$"))
            #expect(try await logIn(user.email, "parol-from-before").status == 200)
        }

        @Test func `concurrent logins that replace a hash all succeed`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.setBcryptHash(in: product)
            let users = try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { try await user.logIn(at: product.client, password: "parol-from-before").id }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(users == Array(repeating: user.id, count: 4))
        }

        private func logIn(_ email: String, _ password: String) async throws -> ProductAnswer {
            try await product.client.post("/auth/login", json: TestUser.login(email: email, password))
        }
    }
}
