import TestSupport
import Testing

extension SharedProduct {
    /// S2-44 to S2-47, S2-159, S2-160, S2-165.
    struct PlayerRegistrationTests {
        let product = Product.current

        // S2-7, S2-45, S2-159
        @Test func `a registration is answered with the user and a pair of tokens`() async throws {
            let name = TestUser.newName()
            let answer = try await register(
                #"{"email":"\#(name)@example.com","username":"\#(name)","password":"password123","firstName":"Анна","lastName":"User"}"#
            )
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.json.names == ["user", "accessToken", "refreshToken"])
            let user = answer.json["user"]
            #expect(user.names == ["id", "email", "username", "firstName", "lastName", "avatar", "createdAt"])
            #expect(user["firstName"].text == "Анна")
            #expect(user["avatar"] == .null)
            #expect(user["createdAt"].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        }

        // S2-46, X-7
        @Test func `a taken address or user name is refused with the document's message`() async throws {
            let person = try await TestUser.registerOnSocialPlay(at: product.client)
            let name = TestUser.newName()
            for json in [
                TestUser.registration(email: person.email.uppercased(), name),
                TestUser.registration(email: "\(name)@example.com", person.username.uppercased()),
            ] {
                expectSocialPlayError(try await register(json), 400, "User already exists")
            }
        }

        // S2-165
        @Test func `fifty concurrent registrations of one address make one account`() async throws {
            let email = "\(TestUser.newName())@example.com"
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask { try await register(TestUser.registration(email: email, TestUser.newName())).status }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 1, 400: 49])
            #expect(try await product.texts("SELECT id::text FROM accounts WHERE email = $1", [email]).count == 1)
        }

        // S2-160, S2-135
        @Test(arguments: [
            ("email", #"{"username":"somebody","password":"a fine password"}"#),
            ("email", #"{"email":"nobody","username":"somebody","password":"a fine password"}"#),
            ("username", #"{"email":"a@b.example","username":"x","password":"a fine password"}"#),
            ("password", #"{"email":"a@b.example","username":"somebody","password":"seven77"}"#),
            ("password", #"{"email":"a@b.example","username":"somebody","password":"🔑🔑🔑🔑🔑🔑🔑"}"#),
            ("password", #"{"email":"a@b.example","username":"somebody","password":"Qwerty123"}"#),
            ("password", #"{"email":"a@b.example","username":"somebody","password":"12345678"}"#),
            ("password", #"{"email":"a@b.example","username":"somebody","password":"iloveyou"}"#),
            ("password", #"{"email":"a@b.example","username":"somebody","password":5}"#),
            (
                "firstName",
                #"{"email":"a@b.example","username":"somebody","password":"a fine one","firstName":"a\u0000b"}"#
            ),
            ("body", "[]"), ("body", "{"), ("body", #"{"email":"a@b.example","email":"c@d.example"}"#),
        ])
        func `a field that breaks a rule is refused and named`(field: String, json: String) async throws {
            let answer = try await register(json)
            expectSocialPlayError(answer, 400)
            #expect(answer.json["errors"].array?.first?["field"].text == field, "\(answer.text)")
        }

        // S2-135
        @Test func `every field that breaks a rule is named, in the order of the document`() async throws {
            let answer = try await register(
                #"{"email":"a..b@c.example","username":"Admin","password":"iloveyou","firstName":"\u200b","lastName":5}"#
            )
            expectSocialPlayError(answer, 400)
            let errors = try #require(answer.json["errors"].array)
            #expect(
                errors.map { $0["field"].text } == ["email", "username", "password", "firstName", "lastName"],
                "\(answer.text)")
            #expect(errors.allSatisfy { $0.names == ["field", "message"] })
            #expect(answer.json["message"].text == errors.compactMap { $0["message"].text }.joined(separator: "; "))
            let missing = try await register("{}")
            #expect(missing.json["errors"].array?.map { $0["field"].text } == ["email", "username", "password"])
        }

        @Test func `fields that a client cannot choose change nothing`() async throws {
            let name = TestUser.newName()
            let answer = try await register(
                #"""
                {"email":"\#(name)@example.com","username":"\#(name)","password":"a fine password","role":"ADMIN",
                 "isVerified":true,"isActive":false,"id":"00000000-0000-7000-8000-000000000000","followersCount":1000000}
                """#)
            let person = try TestUser(socialPlay: answer, password: "a fine password")
            let own = try await person.ask("GET", "/users/me", at: product.client).json
            #expect(own["role"].text == "USER")
            #expect(own["isVerified"] == .bool(false))
            #expect(own["isActive"] == .bool(true))
            #expect(own["followersCount"].number == 0)
            #expect(person.id != "00000000-0000-7000-8000-000000000000")
        }

        @Test func `a password of 128 characters with emoji counts to its last byte`() async throws {
            let long = String(repeating: "🎧", count: 127)
            let person = try await TestUser.registerOnSocialPlay(at: product.client, password: long + "a")
            _ = try await person.logInOnSocialPlay(at: product.client)
            let almost = try await product.client.post(
                "/api/v1/auth/login", json: TestUser.login(email: person.email, long + "b"))
            expectSocialPlayError(almost, 401, "Invalid credentials")
            let longer = try await register(
                TestUser.registration(email: "\(TestUser.newName())@example.com", TestUser.newName(), long + "ab"))
            expectSocialPlayError(longer, 400)
        }

        private func register(_ json: String) async throws -> ProductAnswer {
            try await product.client.post("/api/v1/auth/register", json: json)
        }
    }
}
