import TestSupport
import Testing

extension SharedProduct {
    /// Every surface has its own way to say that something is not there.
    struct UnknownPathTests {
        let product = Product.current

        @Test(arguments: ["/", "/unknown", "/v2/health", "/authority", "/favicon.ico"])
        func `a path outside of every surface is answered with a problem document`(path: String) async throws {
            let answer = try await product.client.get(path)
            #expect(answer.status == 404)
            // RFC 9457
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.json["type"].text == "about:blank")
            #expect(answer.json["title"].text == "Not Found")
            #expect(answer.json["status"].number == 404)
        }

        @Test(arguments: ["/v1/unknown", "/v1", "/social/v1/unknown"])
        func `an unknown path of the Social Service is answered in its envelope`(path: String) async throws {
            let answer = try await product.client.get(path)
            #expect(answer.status == 404)
            #expect(answer.json.names == ["error", "message", "statusCode", "timestamp", "path"])
            #expect(answer.json["error"].text == "NOT_FOUND")
            #expect(answer.json["statusCode"].number == 404)
            #expect(answer.json["path"].text == path)
        }

        @Test(arguments: ["/auth/unknown", "/auth", "/users/unknown/unknown/unknown", "/media/unknown"])
        func `an unknown path of the musicians' surface is answered in its envelope`(path: String) async throws {
            expectMusiciansError(try await product.client.get(path), 404)
        }

        @Test(arguments: ["/v1/health", "/auth/login", "/api/v1/users/me", "/media/avatar/x", "/openapi.json"])
        func `TRACE is refused with a list of the path's methods`(path: String) async throws {
            let answer = try await product.client.send(ProductRequest("TRACE", path))
            #expect(answer.status == 405)
            #expect(answer.headers["allow"]?.contains("OPTIONS") == true)
        }

        @Test(arguments: [
            "/v1/messages/conversations/%00", "/users/%00/profile", "/media/avatar/a%00b", "/v1/friends/search?q=a%00b",
            "/v1/friends?limit=%00", "/v1/messages/conversations?page=1%00", "/api/v1/users/me?x=%00", "/%00",
            "/v1/%00",
            "/media/avatar/01900000-0000-7000-8000-000000000000?size=%00",
        ])
        func `NUL in a path or query is refused`(path: String) async throws {
            let user = try await TestUser.register(at: product.client)
            let answer = try await product.client.ask("GET", path, token: user.accessToken)
            #expect([400, 404].contains(answer.status), "\(answer.text)")
            if path.contains("?") { #expect(answer.status == 400) }
        }

        @Test func `a method that a path does not have is refused with a list of its methods`() async throws {
            let login = try await product.client.get("/auth/login")
            expectMusiciansError(login, 405)
            #expect(login.headers["allow"]?.contains("POST") == true)
            let health = try await product.client.send(ProductRequest("DELETE", "/v1/health"))
            #expect(health.status == 405)
            #expect(health.json["error"].text == "METHOD_NOT_ALLOWED")
            #expect(health.headers["allow"]?.contains("GET") == true)
            let metrics = try await product.client.send(ProductRequest("PUT", "/metrics"))
            #expect(metrics.status == 405)
            #expect(metrics.headers["content-type"] == "application/problem+json")
        }
    }
}
