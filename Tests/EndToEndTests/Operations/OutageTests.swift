import TestSupport
import Testing

/// While a store is away the API says so, and it recovers by itself.
@Suite(.showingOutput)
struct OutageTests {
    @Test func `the API stays ready while Redis is stopped, says so, and recovers`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        try await Product.run(options) { product in
            await redis.kill()
            try await expectReadiness("ready", redis: "down", of: product)
            #expect(try await product.client.get("/healthz").status == 200)
            #expect(try await product.client.get("/v1/health").json["status"].text == "degraded")
            try await redis.restart()
            try await expectReadiness("ready", of: product)
        }
    }

    @Test func `the API stays ready while Redis hangs, says so, and recovers`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        try await Product.run(options) { product in
            redis.suspend()
            try await expectReadiness("ready", redis: "down", of: product)
            redis.resume()
            try await expectReadiness("ready", of: product)
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
                try await expectReadiness("unavailable", database: "down", of: product)
                let login = try await product.client.post("/auth/login", json: TestUser.login(email: user.email))
                expectMusiciansError(login, 503)
                #expect(login.headers["retry-after"] != nil)
                #expect(login.text.contains("PostgreSQL") == false)
                #expect(try await product.client.get("/healthz").status == 200)

                try await server.start()
                try await expectReadiness("ready", of: product)
                let again = try await user.logIn(at: product.client)
                // The workers are back too.
                #expect(try await again.upload(Picture.jpeg, to: product.client).status == 200)
                try await expectAllReady([again], in: product)
            }
        }
    }

    @Test(arguments: [
        (["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]),
        (["CONFIG", "SET", "maxmemory", "1mb"], ["CONFIG", "SET", "maxmemory", "0"]),
    ])
    func `the API is neither ready nor healthy while Redis refuses writes, and recovers`(
        refusal: [String], repair: [String]
    ) async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        try await Product.run(options) { product in
            let client = product.client
            let user = try await TestUser.register(at: client)
            try await redis.run(refusal)
            try await expectReadiness("unavailable", redis: "read-only", of: product)
            #expect(try await user.social("PUT", "/status/online", json: "{}", at: client).status == 503)
            // S0-119, S0-121
            let basic = try await client.get("/v1/health")
            #expect(basic.status == 200 && basic.json["status"].text == "degraded")
            let detailed = try await client.get("/v1/health/detailed")
            #expect(detailed.status == 503)
            let finding = detailed.json["dependencies"]["redis"]
            #expect(finding["status"].text == "error" && finding["reason"].text == "cannot write", "\(detailed.text)")
            try await eventually("the log says so") { product.output.contains("store refuses writes") }

            try await redis.run(repair)
            try await expectReadiness("ready", of: product)
            try await eventually("a change of status succeeds") {
                try await user.social("PUT", "/status/online", json: "{}", at: client).status == 200
            }
            #expect(try await client.get("/v1/health").json["status"].text == "ok")
        }
    }

    @Test func `the API is neither ready nor healthy while PostgreSQL is read-only, and recovers`() async throws {
        try await withDatabaseServer { server in
            try await server.start()
            var options = ProductOptions()
            options.databaseURL = server.url
            options.kinds = [.api]
            try await Product.run(options) { product in
                for (isReadOnly, status) in [("on", "unavailable"), ("off", "ready")] {
                    _ = try await product.texts("ALTER SYSTEM SET default_transaction_read_only = \(isReadOnly)")
                    _ = try await product.texts("SELECT pg_reload_conf()::text")
                    try await expectReadiness(
                        status, database: isReadOnly == "on" ? "read-only" : "up", of: product)
                }
            }
        }
    }

    private func expectReadiness(
        _ status: String, database: String = "up", redis: String = "up", of product: Product
    ) async throws {
        let body = ["status": status, "database": database, "redis": redis, "storage": "up"]
        try await eventually("/readyz answers \(body)", within: 15) {
            let answer = try await product.client.get("/readyz")
            return answer.status == (status == "ready" ? 200 : 503)
                && answer.json == .object(body.mapValues { .text($0) })
        }
    }
}
