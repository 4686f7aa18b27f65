import TestSupport
import Testing

/// S0-97, S0-120, S0-121: what the Social Service says while something it needs is away or broken.
@Suite(.showingOutput)
struct SocialOutageTests {
    private static let names: Set<String> = ["database", "redis", "userService", "notificationService"]

    @Test func `the detailed health names an unavailable server in time, and its recovery`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        try await Product.run(options) { product in
            let client = product.client
            let well = try await client.get("/v1/health/detailed")
            #expect(well.status == 200)
            #expect(well.json.names == ["status", "timestamp", "uptime", "version", "dependencies"])
            #expect(well.json["status"].text == "ok")
            #expect(well.json["dependencies"].names == Self.names)
            for name in Self.names {
                let dependency = well.json["dependencies"][name]
                #expect(dependency["status"].text == "ok", "\(name)")
                #expect(dependency["responseTime"].text?.wholeMatch(of: /[0-9]+ms/) != nil, "\(name)")
            }

            redis.suspend()
            let clock = ContinuousClock()
            let began = clock.now
            let ill = try await client.get("/social/v1/health/detailed")
            #expect(clock.now - began < .seconds(5))
            #expect(ill.status == 503)
            #expect(ill.json["status"].text == "degraded")
            let states = Self.names.map { ill.json["dependencies"][$0]["status"].text == "ok" ? $0 : "" }
            #expect(Set(states) == ["database", "userService", ""])
            // That the process answers is another question.
            #expect(try await client.get("/v1/health").status == 200)

            redis.resume()
            try await eventually("all is well again", within: 15) {
                try await client.get("/v1/health/detailed").status == 200
            }
        }
    }

    @Test func `a stopped database is answered with 503, a broken one with 500, neither with the cause`() async throws {
        try await withDatabaseServer { server in
            try await server.start()
            var options = ProductOptions()
            options.databaseURL = server.url
            options.kinds = [.api]
            try await Product.run(options) { product in
                let client = product.client
                let user = try await TestUser.register(at: client)
                _ = try await product.texts("ALTER TABLE friend_requests RENAME TO elsewhere")
                let broken = try await user.social("GET", "/friends/requests", at: client)
                expectSocialServiceError(broken, 500, "INTERNAL_ERROR")
                #expect(broken.json["message"].text == "Something went wrong on our side")
                #expect(!broken.text.contains("friend_requests"))
                try await eventually("the log has the cause") { product.output.contains("friend_requests") }

                try await server.stop()
                try await eventually("it is noticed", within: 15) {
                    try await user.social("GET", "/friends", at: client).status == 503
                }
                let away = try await user.social("GET", "/friends", at: client)
                expectSocialServiceError(away, 503, "SERVICE_UNAVAILABLE")
                #expect(away.headers["retry-after"] != nil)
                try await server.start()
                try await eventually("it is back", within: 15) {
                    try await user.social("GET", "/friends", at: client).status == 200
                }
            }
        }
    }
}
