import TestSupport
import Testing

extension SharedProduct {
    /// Every surface has its own way to say that something is not there.
    struct UnknownPathTests {
        let product = Product.current

        @Test(arguments: ["/", "/unknown", "/v2/health", "/authority", "/favicon.ico"])
        func `outside of every surface the answer is a problem document`(path: String) async throws {
            let answer = try await product.client.get(path)
            #expect(answer.status == 404)
            // RFC 9457
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.json["type"].text == "about:blank")
            #expect(answer.json["title"].text == "Not Found")
            #expect(answer.json["status"].number == 404)
        }

        @Test(arguments: ["/v1/unknown", "/v1", "/social/v1/unknown"])
        func `the social service has its own envelope`(path: String) async throws {
            let answer = try await product.client.get(path)
            #expect(answer.status == 404)
            #expect(answer.json.names == ["error", "message", "statusCode", "timestamp", "path"])
            #expect(answer.json["error"].text == "NOT_FOUND")
            #expect(answer.json["statusCode"].number == 404)
            #expect(answer.json["path"].text == path)
        }

        @Test(arguments: ["/auth/unknown", "/auth", "/users/unknown/unknown/unknown", "/media/unknown"])
        func `the musicians' service has its own envelope`(path: String) async throws {
            expectRefusal(try await product.client.get(path), 404)
        }

        @Test func `a method that a path does not have is refused with those it has`() async throws {
            let login = try await product.client.get("/auth/login")
            expectRefusal(login, 405)
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
