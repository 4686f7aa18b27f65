import Redis
import TestSupport
import Testing

/// S2-48, S2-54, S2-126 to S2-129, X-3, X-4. Each test has a product of its own, because limits are counted by address.
@Suite(.showingOutput)
struct PlayerLimitTests {
    private static func options(_ environment: [String: String] = [:]) -> ProductOptions {
        var options = ProductOptions()
        options.isRateLimited = true
        options.kinds = [.api]
        options.environment = environment
        return options
    }

    @Test func `of four registrations from one address in an hour the last is refused`() async throws {
        try await Product.run(Self.options()) { product in
            for _ in 0..<3 { _ = try await TestUser.registerOnSocialPlay(at: product.client) }
            let name = TestUser.newName()
            let json = TestUser.registration(email: "\(name)@example.com", name)
            let answer = try await product.client.post("/api/v1/auth/register", json: json)
            expectRateLimited(answer, limit: 3, within: 3_600)
            // The surface's own window, counted under the document's prefix (S2-127).
            #expect(try await product.redis("EXISTS", "rl:socialplay-register:127.0.0.1").integer == 1)
            #expect(try await product.client.post("/auth/register", json: json).status == 200)
        }
    }

    @Test func `of six logins from one address in a quarter of an hour the last is refused`() async throws {
        try await Product.run(Self.options()) { product in
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            for left in (0..<5).reversed() {
                let answer = try await product.client.post(
                    "/api/v1/auth/login", json: TestUser.login(email: user.email))
                #expect(answer.status == 200)
                #expect(answer.headers["ratelimit-limit"] == "5")
                #expect(answer.headers["ratelimit-remaining"] == "\(left)")
                #expect((1...900).contains(answer.headers["ratelimit-reset"].flatMap { Int($0) } ?? 0))
                #expect(answer.headers["x-ratelimit-limit"] == nil)
            }
            let answer = try await product.client.post("/api/v1/auth/login", json: TestUser.login(email: user.email))
            expectRateLimited(answer, limit: 5, within: 900)
            _ = try await user.logInOnSocialPlay(at: product.client.from("127.0.0.2"))
        }
    }

    // S2-126
    @Test func `all other requests are counted by user`() async throws {
        try await Product.run(Self.options()) { product in
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            for number in 0..<100 {
                let answer = try await user.ask(
                    "GET", "/users/me", at: product.client.from("127.0.0.\(number % 9 + 2)"))
                #expect(answer.status == 200)
                #expect(answer.headers["ratelimit-remaining"] == "\(99 - number)")
            }
            expectRateLimited(try await user.ask("GET", "/auth/sessions", at: product.client), limit: 100, within: 60)
            #expect(try await otherUser.isLoggedIn(at: product.client))
            // Reports have a window of their own.
            for _ in 0..<30 {
                #expect(try await otherUser.ask("POST", "/reports", json: "{}", at: product.client).status == 400)
            }
            expectRateLimited(
                try await otherUser.ask("POST", "/reports", json: "{}", at: product.client), limit: 30, within: 3_600)
            // The musicians' surface has no such limit.
            #expect(try await user.isAuthenticated(at: product.client))
        }
    }

    @Test func `only a trusted proxy's X-Forwarded-For is believed`() async throws {
        let trusting = Self.options(["TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"])
        try await Product.run(trusting) { product in
            for client in 1...2 {
                for _ in 0..<3 {
                    let chain = "1.2.3.4, 203.0.113.\(client), 10.1.2.3"
                    _ = try await TestUser.registerOnSocialPlay(at: product.client, headers: ["X-Forwarded-For": chain])
                }
            }
            // What a client writes in front of the chain changes nothing.
            let name = TestUser.newName()
            let refused = try await product.client.ask(
                "POST", "/api/v1/auth/register", json: TestUser.registration(email: "\(name)@example.com", name),
                headers: ["X-Forwarded-For": "9.9.9.9, 203.0.113.1"])
            expectRateLimited(refused, limit: 3, within: 3_600)
            let user = try await TestUser.registerOnSocialPlay(
                at: product.client.from("127.0.0.2"), headers: ["X-Forwarded-For": "203.0.113.1"])
            let addresses = try await product.texts(
                "SELECT ip_address FROM sessions WHERE user_id = $1::text::uuid", [user.id])
            #expect(addresses == ["127.0.0.2"])
            #expect(try await product.redis("EXISTS", "rl:socialplay-register:203.0.113.2").integer == 1)
        }
    }

    @Test func `limits apply without Redis, too`() async throws {
        let redis = try await RedisServer()
        var options = Self.options(["EVENT_LOOPS": "1"])
        options.redisURL = redis.url
        try await Product.run(options) { product in
            _ = try await TestUser.registerOnSocialPlay(at: product.client)
            await redis.kill()
            var statuses: [Int] = []
            for _ in 0..<8 {
                let name = TestUser.newName()
                statuses.append(
                    try await product.client.post(
                        "/api/v1/auth/register", json: TestUser.registration(email: "\(name)@example.com", name)
                    ).status)
            }
            #expect(statuses == [201, 201, 201, 429, 429, 429, 429, 429])
        }
    }

    @Test func `limits in the mode count refuse no request`() async throws {
        try await Product.run(Self.options(["RATE_LIMITS": "count"])) { product in
            var left: [String?] = []
            for _ in 0..<5 {
                let name = TestUser.newName()
                let answer = try await product.client.post(
                    "/api/v1/auth/register", json: TestUser.registration(email: "\(name)@example.com", name))
                #expect(answer.status == 201)
                left.append(answer.headers["ratelimit-remaining"])
            }
            #expect(left == ["2", "1", "0", "0", "0"])
        }
    }

    private func expectRateLimited(
        _ answer: ProductAnswer, limit: Int, within window: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectSocialPlayError(
            answer, 429, "Too many requests, please try again later", sourceLocation: sourceLocation)
        #expect(answer.headers["ratelimit-limit"] == "\(limit)", sourceLocation: sourceLocation)
        #expect(answer.headers["ratelimit-remaining"] == "0", sourceLocation: sourceLocation)
        let seconds = answer.headers["retry-after"].flatMap { Int($0) } ?? 0
        #expect((1...window).contains(seconds), sourceLocation: sourceLocation)
    }
}
