import TestSupport
import Testing

/// S1-14, S1-19, S1-57, X-3. Each test has a product of its own, because limits are counted by address.
@Suite(.showingOutput)
struct RateLimitTests {
    private static var options: ProductOptions {
        var options = ProductOptions()
        options.isRateLimited = true
        options.kinds = [.api]
        return options
    }

    @Test func `of six registrations from one address in a minute the last is refused`() async throws {
        try await Product.run(Self.options) { product in
            for _ in 0..<5 { _ = try await TestUser.register(at: product.client) }
            let name = TestUser.newName()
            let answer = try await product.client.post(
                "/auth/register", json: TestUser.registration(email: "\(name)@example.com", name))
            expectRateLimited(answer)
            _ = try await TestUser.register(at: product.client.from("127.0.0.2"))
        }
    }

    @Test func `of six logins from one address in a minute the last is refused`() async throws {
        try await Product.run(Self.options) { product in
            let user = try await TestUser.register(at: product.client)
            for _ in 0..<5 { _ = try await user.logIn(at: product.client) }
            expectRateLimited(try await logIn(user, at: product.client))
            _ = try await user.logIn(at: product.client.from("127.0.0.2"))
        }
    }

    @Test func `all processes count one limit together`() async throws {
        try await Product.run(Self.options) { product in
            let other = try await product.add(.api)
            let user = try await TestUser.register(at: product.client)
            for _ in 0..<3 { _ = try await user.logIn(at: product.client) }
            for _ in 0..<2 { _ = try await user.logIn(at: other.client) }
            expectRateLimited(try await logIn(user, at: product.client))
            expectRateLimited(try await logIn(user, at: other.client))
        }
    }

    // X-3
    @Test func `wrong passwords for one account from many addresses delay its logins`() async throws {
        try await Product.run(Self.options) { product in
            let user = try await TestUser.register(at: product.client)
            for machine in 2...3 {
                for _ in 0..<5 {
                    let guess = try await logIn(user, "a guess", at: product.client.from("127.0.0.\(machine)"))
                    expectMusiciansError(guess, 401, "Invalid credentials")
                }
            }
            // Even the right password waits, but not from where the account was used before.
            expectRateLimited(try await logIn(user, at: product.client.from("127.0.0.4")))
            let owner = try await logIn(user, at: product.client)
            #expect(owner.status == 200)
            let json = TestUser.login(email: user.email, user.password)
            let device = try await product.client.from("127.0.0.4").ask(
                "POST", "/auth/login", json: json,
                headers: ["X-Device-Token": try #require(owner.headers["x-device-token"])])
            #expect(device.status == 200)
            var machine = 4
            try await eventually("the wait is over") {
                machine += 1
                return try await logIn(user, at: product.client.from("127.0.1.\(machine)")).status == 200
            }
        }
    }

    @Test func `refused tokens are limited by address, and tokens that are valid are not`() async throws {
        try await Product.run(Self.options) { product in
            let user = try await TestUser.register(at: product.client)
            var thief = user
            thief.accessToken += "x"
            thief.refreshToken += "x"
            // Both surfaces count together.
            for _ in 0..<50 {
                #expect(try await thief.ask("GET", "/users/me", at: product.client).status == 401)
                expectMusiciansError(try await refresh(thief, at: product.client), 401)
            }
            expectRateLimited(try await refresh(thief, at: product.client))
            let refused = try await thief.ask("GET", "/users/me", at: product.client)
            expectSocialPlayError(refused, 429, "Too many requests, please try again later")
            #expect(refused.headers["retry-after"] != nil)
            #expect(try await user.isAuthenticated(at: product.client))
            #expect(try await user.ask("GET", "/users/me", at: product.client).status == 200)
            #expect(try await refresh(user, at: product.client).status == 200)
        }
    }

    @Test func `requests for links that reset a password are limited by address`() async throws {
        try await Product.run(Self.options) { product in
            for number in 0..<10 {
                let json = #"{"email":"unknown-\#(number)@example.com"}"#
                #expect(try await product.client.post("/api/v1/auth/forgot-password", json: json).status == 200)
            }
            for path in ["forgot-password", "reset-password"] {
                let refused = try await product.client.post("/api/v1/auth/\(path)", json: "{}")
                expectSocialPlayError(refused, 429, "Too many requests, please try again later")
            }
        }
    }

    @Test func `of eleven uploads by one user in a minute the last is refused`() async throws {
        var options = Self.options
        options.kinds = [.api, .images]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            for _ in 0..<10 { #expect(try await user.upload(Picture.jpeg, to: product.client).status == 200) }
            expectRateLimited(try await user.upload(Picture.jpeg, to: product.client.from("127.0.0.2")))
        }
    }

    private func logIn(
        _ user: TestUser, _ password: String? = nil, at client: ProductClient
    ) async throws -> ProductAnswer {
        let json = TestUser.login(email: user.email, password ?? user.password)
        return try await client.post("/auth/login", json: json)
    }

    private func refresh(_ user: TestUser, at client: ProductClient) async throws -> ProductAnswer {
        try await client.post("/auth/refresh", json: #"{"refreshToken":"\#(user.refreshToken)"}"#)
    }

    private func expectRateLimited(_ answer: ProductAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
        expectMusiciansError(answer, 429, sourceLocation: sourceLocation)
        let seconds = answer.headers["retry-after"].flatMap { Int($0) } ?? 0
        #expect((1...60).contains(seconds), sourceLocation: sourceLocation)
    }
}
