import Chassis
import TestSupport
import Testing

/// SIGTERM: what was begun is finished, what is asked on an open connection is answered.
@Suite(.showingOutput)
struct DrainingTests {
    @Test func `an API that receives SIGTERM under load fails no request`() async throws {
        try await Product.run { product in
            let api = product.process(.api)
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let requests = [
                ProductRequest("GET", "/media/avatar/\(user.id)"),
                ProductRequest("GET", "/v1/health"),
                ProductRequest(
                    "POST", "/auth/login", headers: ["Content-Type": "application/json"],
                    body: Array(TestUser.login(email: user.email).utf8)),
            ]
            let load = Load(on: api.port, requests: requests, connections: 12)
            try await eventually("there is load on every connection") { load.answers >= 60 }
            let exit = await api.terminate()
            await load.finished()
            #expect(exit == .code(0))
            #expect(load.failures == [])
        }
    }

    @Test func `after SIGTERM an API serves for DRAIN_SECONDS while it is not ready, then it stops listening`()
        async throws
    {
        var options = ProductOptions()
        options.kinds = [.api]
        options.environment = ["DRAIN_SECONDS": "15"]
        try await Product.run(options) { product in
            let client = product.client
            let user = try await TestUser.register(at: client)
            #expect(try await client.get("/readyz").status == 200)
            let clock = ContinuousClock()
            let began = clock.now
            async let exit = product.process(.api).terminate()
            try await eventually("it is not ready") { try await client.get("/readyz").status == 503 }
            #expect(try await client.get("/readyz").json["status"].text == "draining")
            // New connections, reads and writes.
            #expect(try await user.isAuthenticated(at: client))
            #expect(try await user.logIn(at: client).id == user.id)
            #expect(try await client.get("/v1/health").status == 200)
            #expect(await exit == .code(0))
            #expect(clock.now - began >= .seconds(15))
            await #expect(throws: ProductConnection.Failure.self) { try await client.get("/healthz") }
        }
    }

    @Test func `an upload that waits for its worker is answered before the API ends`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            async let upload = user.upload(Picture.jpeg, to: product.client)
            try await eventually("the upload is accepted") { try await !user.media(in: product).isEmpty }
            async let exit = product.process(.api).terminate()
            #expect(try await upload.status == 200)
            #expect(await exit == .code(0))
        }
    }

    @Test func `every process exits after SIGTERM`() async throws {
        try await Product.run { product in
            for kind in ProductProcess.Kind.allCases {
                #expect(await product.process(kind).terminate() == .code(0))
            }
        }
    }
}
