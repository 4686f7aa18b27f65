import TestSupport
import Testing

extension SharedProduct {
    /// S1-16 to S1-18, X-6.
    struct LoginTests {
        let product = Product.current

        @Test func `the right password lets in, whatever the case of the address`() async throws {
            let person = try await Person.register(at: product.client)
            let answer = try await logIn(person.email.uppercased(), person.password)
            #expect(answer.status == 200)
            #expect(answer.json.names == ["success", "user", "accessToken", "refreshToken"])
            #expect(answer.json["user"]["id"].text == person.id)
            // The spelling of the registration.
            #expect(answer.json["user"]["email"].text == person.email)
        }

        // S1-18
        @Test func `a wrong password and an unknown address cannot be told apart`() async throws {
            let person = try await Person.register(at: product.client)
            let wrong = try await logIn(person.email, "another password")
            let unknown = try await logIn("\(Person.newName())@example.com", "another password")
            expectRefusal(wrong, 401, "Invalid credentials")
            #expect(wrong.body == unknown.body)
            #expect(wrong.status == unknown.status)
            #expect(wrong.headers["www-authenticate"] == unknown.headers["www-authenticate"])
        }

        @Test(arguments: [
            ("not an address", "password-1"), (#"a\u0000@example.com"#, "password-1"), ("", ""),
            ("' OR 1=1 --@example.com", "password-1"), ("a@example.com", String(repeating: "x", count: 2_000)),
        ])
        func `nonsense is nobody's login`(email: String, password: String) async throws {
            expectRefusal(try await logIn(email, password), 401, "Invalid credentials")
        }

        @Test func `a password is compared to its last character`() async throws {
            let password = String(repeating: "p", count: 128)
            let person = try await Person.register(at: product.client, password: password)
            for wrong in [
                password + "p", String(password.dropLast()), password.dropLast() + "q", password + #"\u0000"#,
            ] {
                expectRefusal(try await logIn(person.email, wrong), 401)
            }
            _ = try await person.logIn(at: product.client)
        }

        @Test(arguments: [
            #"{"email":"a@b.example"}"#, #"{"password":"password-1"}"#, #"{"email":1,"password":2}"#, "[",
        ])
        func `a body that is not a login is refused`(json: String) async throws {
            expectRefusal(try await product.client.post("/auth/login", json: json), 400)
        }

        // X-6
        @Test func `a hash of bcrypt lets in and becomes one of argon2id`() async throws {
            let person = try await Person.register(at: product.client)
            try await person.takeBcryptHash(in: product)
            expectRefusal(try await logIn(person.email, "parol-from-after"), 401)
            #expect(try await person.passwordHash(in: product).hasPrefix("$2b$"))

            #expect(try await logIn(person.email, "parol-from-before").status == 200)
            #expect(try await person.passwordHash(in: product).hasPrefix("$argon2id$"))
            #expect(try await logIn(person.email, "parol-from-before").status == 200)
        }

        @Test func `logins at once that renew a hash all let in`() async throws {
            let person = try await Person.register(at: product.client)
            try await person.takeBcryptHash(in: product)
            let people = try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { try await person.logIn(at: product.client, password: "parol-from-before").id }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(people == Array(repeating: person.id, count: 4))
        }

        private func logIn(_ email: String, _ password: String) async throws -> ProductAnswer {
            try await product.client.post("/auth/login", json: Person.login(email: email, password))
        }
    }
}
