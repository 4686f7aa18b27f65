import TestSupport
import Testing

/// While a store is away the API says so, and it recovers by itself.
@Suite(.showingOutput)
struct OutageTests {
    @Test func `the API is not ready while Redis is stopped, and recovers`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        try await Product.run(options) { product in
            await redis.kill()
            try await expectReadiness(503, ["database": "up", "redis": "down"], of: product)
            #expect(try await product.client.get("/healthz").status == 200)
            try await redis.restart()
            try await expectReadiness(200, ["database": "up", "redis": "up"], of: product)
        }
    }

    @Test func `the API is not ready while Redis hangs, and recovers`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        try await Product.run(options) { product in
            redis.suspend()
            try await expectReadiness(503, ["database": "up", "redis": "down"], of: product)
            redis.resume()
            try await expectReadiness(200, ["database": "up", "redis": "up"], of: product)
        }
    }

    @Test func `the API is not ready while PostgreSQL is stopped, and recovers`() async throws {
        try await withDatabaseServer { server in
            try await server.start()
            var options = ProductOptions()
            options.databaseURL = server.url
            try await Product.run(options) { product in
                let user = try await TestUser.register(at: product.client)
                try await server.stop()
                try await expectReadiness(503, ["database": "down", "redis": "up"], of: product)
                let login = try await product.client.post("/auth/login", json: TestUser.login(email: user.email))
                expectMusiciansError(login, 503)
                #expect(login.headers["retry-after"] != nil)
                #expect(login.text.contains("PostgreSQL") == false)
                #expect(try await product.client.get("/healthz").status == 200)

                try await server.start()
                try await expectReadiness(200, ["database": "up", "redis": "up"], of: product)
                let again = try await user.logIn(at: product.client)
                // The workers are back too.
                #expect(try await again.upload(Picture.jpeg, to: product.client).status == 200)
                try await expectAllReady([again], in: product)
            }
        }
    }

    private func expectReadiness(_ status: Int, _ parts: [String: String], of product: Product) async throws {
        try await eventually("/readyz answers \(status)", within: 15) {
            let answer = try await product.client.get("/readyz")
            return answer.status == status && answer.json == .object(parts.mapValues { .text($0) })
        }
    }
}
