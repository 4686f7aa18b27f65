import TestSupport
import Testing

extension SharedProduct {
    /// S1-20 to S1-27, U-2.
    struct SessionTests {
        let product = Product.current

        // S1-20, S1-21
        @Test func `a refresh is answered with a new pair, and the old token is spent`() async throws {
            let person = try await TestUser.register(at: product.client)
            let renewed = try TestUser(try await refresh(person), password: person.password)
            #expect(renewed.id == person.id)
            #expect(renewed.accessToken != person.accessToken)
            #expect(renewed.refreshToken != person.refreshToken)
            #expect(try await renewed.isAuthenticated(at: product.client))
            _ = try TestUser(try await refresh(renewed), password: person.password)
        }

        // S1-22: a token that is presented long after its exchange was stolen, from one of the two who presented it.
        @Test func `a refresh token that is used again later ends its session in every process`() async throws {
            let other = try await product.add(.api)
            let person = try await TestUser.register(at: product.client)
            let elsewhere = try await person.logIn(at: product.client)
            let renewed = try TestUser(try await refresh(person), password: person.password)
            #expect(try await renewed.isAuthenticated(at: other.client))

            // Within thirty seconds it is refused and ends nothing.
            expectMusiciansError(try await refresh(person), 401)
            #expect(try await renewed.isAuthenticated(at: product.client))
            _ = try await product.texts(
                """
                UPDATE sessions SET refreshed_at = now() - interval '31 seconds' WHERE user_id = $1::text::uuid
                RETURNING id::text
                """, [person.id])
            expectMusiciansError(try await refresh(person), 401)
            expectMusiciansError(try await refresh(renewed), 401)
            for token in [person, renewed] {
                #expect(try await !token.isAuthenticated(at: product.client))
                try await expectRefusedSoon(token, at: other.client)
            }
            // Another device is another session.
            #expect(try await elsewhere.isAuthenticated(at: product.client))
        }

        @Test func `two processes repeat the answer of a refresh under its key`() async throws {
            let other = try await product.add(.api)
            let person = try await TestUser.register(at: product.client)
            let answers = try await withThrowingTaskGroup { group in
                for client in [product.client, other.client, product.client, other.client] {
                    group.addTask {
                        try await client.ask(
                            "POST", "/auth/refresh", json: #"{"refreshToken":"\#(person.refreshToken)"}"#,
                            headers: ["Idempotency-Key": "one"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(Set(answers.map(\.text)).count == 1)
            let renewed = try TestUser(try #require(answers.first), password: person.password)
            #expect(try await renewed.isAuthenticated(at: product.client))
        }

        @Test func `of many concurrent uses of one refresh token one succeeds`() async throws {
            let person = try await TestUser.register(at: product.client)
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<10 { group.addTask { try await refresh(person).status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 1, 401: 9])
        }

        @Test(arguments: ["x", "a.b.c", "", #"\u0000"#])
        func `a text that is no refresh token is refused`(token: String) async throws {
            let json = #"{"refreshToken":"\#(token)"}"#
            expectMusiciansError(try await product.client.post("/auth/refresh", json: json), 401)
            expectMusiciansError(try await product.client.post("/auth/logout", json: json), 401)
        }

        @Test(arguments: ["/auth/refresh", "/auth/logout"])
        func `a body without a refresh token is refused`(path: String) async throws {
            for json in ["{}", #"{"refreshToken":null}"#, #"{"refreshToken":5}"#] {
                expectMusiciansError(try await product.client.post(path, json: json), 400)
            }
        }

        // S1-23
        @Test func `a logout needs the refresh token alone and ends this session in every process`() async throws {
            let other = try await product.add(.api)
            let person = try await TestUser.register(at: product.client)
            let elsewhere = try await person.logIn(at: product.client)
            let answer = try await product.client.post(
                "/auth/logout", json: #"{"refreshToken":"\#(person.refreshToken)"}"#)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"success":true}"#)
            expectMusiciansError(try await refresh(person), 401)
            #expect(try await !person.isAuthenticated(at: product.client))
            try await expectRefusedSoon(person, at: other.client)
            #expect(try await elsewhere.isAuthenticated(at: product.client))
        }

        // S1-24, S1-25
        @Test func `a new password replaces the old one and ends the other sessions`() async throws {
            let other = try await product.add(.api)
            let person = try await TestUser.register(at: product.client)
            let elsewhere = try await person.logIn(at: product.client)
            let answer = try await change(person, from: person.password, to: "the next password")
            #expect(answer.status == 200)
            #expect(answer.text == #"{"success":true}"#)

            expectMusiciansError(try await logIn(person.email, person.password), 401)
            #expect(try await logIn(person.email, "the next password").status == 200)
            #expect(try await person.isAuthenticated(at: product.client))
            #expect(try await !elsewhere.isAuthenticated(at: product.client))
            expectMusiciansError(try await refresh(elsewhere), 401)
            try await expectRefusedSoon(elsewhere, at: other.client)
        }

        // S1-26, X-5
        @Test func `a password is changed only with the old one, and only the caller's own`() async throws {
            let person = try await TestUser.register(at: product.client)
            let otherUser = try await TestUser.register(at: product.client)
            expectMusiciansError(try await change(person, from: "another password", to: "the next password"), 401)
            expectMusiciansError(try await change(person, from: person.password, to: "short"), 400)
            expectMusiciansError(
                try await change(person, claiming: otherUser.id, from: otherUser.password, to: "the next password"), 403
            )
            let unknown = try await product.client.post(
                "/auth/change_pass", json: change(person.id, person.password, "the next password"))
            expectMusiciansError(unknown, 401)
            _ = try await person.logIn(at: product.client)
            _ = try await otherUser.logIn(at: product.client)
        }

        @Test func `of two concurrent changes of one password one succeeds`() async throws {
            let person = try await TestUser.register(at: product.client)
            async let first = change(person, from: person.password, to: "the first password")
            async let second = change(person, from: person.password, to: "the second password")
            let statuses = [try await first.status, try await second.status]
            #expect(statuses.count { $0 == 200 } == 1)
            let works = statuses[0] == 200 ? "the first password" : "the second password"
            #expect(try await logIn(person.email, works).status == 200)
        }

        /// U-2 promises one second; the other is for a busy machine.
        private func expectRefusedSoon(_ person: TestUser, at client: ProductClient) async throws {
            try await eventually("the token is refused everywhere", within: 2) {
                try await !person.isAuthenticated(at: client)
            }
        }

        private func refresh(_ person: TestUser) async throws -> ProductAnswer {
            try await product.client.post("/auth/refresh", json: #"{"refreshToken":"\#(person.refreshToken)"}"#)
        }

        private func logIn(_ email: String, _ password: String) async throws -> ProductAnswer {
            try await product.client.post("/auth/login", json: TestUser.login(email: email, password))
        }

        private func change(
            _ person: TestUser, claiming user: String? = nil, from old: String, to new: String
        ) async throws -> ProductAnswer {
            try await product.client.post(
                "/auth/change_pass", json: change(user ?? person.id, old, new), token: person.accessToken)
        }

        private func change(_ user: String, _ old: String, _ new: String) -> String {
            #"{"userId":"\#(user)","oldPassword":"\#(old)","newPassword":"\#(new)"}"#
        }
    }
}
