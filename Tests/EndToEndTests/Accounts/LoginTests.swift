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
            try await giveBcryptHash(to: person)
            expectRefusal(try await logIn(person.email, "parol-from-after"), 401)
            #expect(try await hash(of: person).hasPrefix("$2b$"))

            #expect(try await logIn(person.email, "parol-from-before").status == 200)
            #expect(try await hash(of: person).hasPrefix("$argon2id$"))
            #expect(try await logIn(person.email, "parol-from-before").status == 200)
        }

        @Test func `a login that began before a change of the password does not undo it`() async throws {
            let person = try await Person.register(at: product.client)
            let newHash = try await hash(of: person)
            try await giveBcryptHash(to: person)
            // Somebody changes the password, and has not finished when the login with the old one is verified.
            let change = try await HeldTransaction.begin(in: product.databaseURL)
            try await change.run("UPDATE accounts SET password_hash = '\(newHash)' WHERE id = '\(person.id)'")
            async let login = logIn(person.email, "parol-from-before")
            try await eventually("the login waits for the change") {
                try await !product.texts(
                    "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                ).isEmpty
            }
            try await change.commit()
            expectRefusal(try await login, 401, "Invalid credentials")
            #expect(try await hash(of: person) == newHash)
        }

        private func logIn(_ email: String, _ password: String) async throws -> ProductAnswer {
            try await product.client.post("/auth/login", json: Person.login(email: email, password))
        }

        private func hash(of person: Person) async throws -> String {
            try await product.texts("SELECT password_hash FROM accounts WHERE id = $1::text::uuid", [person.id])[0]
        }

        /// The hash of `parol-from-before`, of the least cost.
        private func giveBcryptHash(to person: Person) async throws {
            let hash = "$2b$06$DxoNb82ojYunYDXZ5cVayuClK3T7wprBjJVk/3YipV/c7Vn.v5UQ6"
            _ = try await product.texts(
                "UPDATE accounts SET password_hash = $2 WHERE id = $1::text::uuid RETURNING ''", [person.id, hash])
        }
    }
}
