import TestSupport
import Testing

extension SharedProduct {
    /// S2-9, S2-172, and what every answer tells browsers.
    struct CrossOriginTests {
        let product = Product.current
        private let client = "http://localhost:5173"

        @Test(arguments: ["/api/v1/users/me", "/auth/login", "/v1/health"])
        func `pages of the web client may send requests and read the answers`(path: String) async throws {
            let preflight = try await product.client.ask(
                "OPTIONS", path,
                headers: [
                    "Origin": client, "Access-Control-Request-Method": "PUT",
                    "Access-Control-Request-Headers": "authorization, content-type",
                ])
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-origin"] == client)
            #expect(preflight.headers["access-control-allow-credentials"] == "true")
            #expect(preflight.headers["access-control-allow-methods"]?.contains("PUT") == true)
            for name in ["Authorization", "Idempotency-Key", "X-Device-Token"] {
                #expect(preflight.headers["access-control-allow-headers"]?.contains(name) == true)
            }
            // Errors too, or the page could not tell what is wrong.
            let answer = try await product.client.ask("GET", path, headers: ["Origin": client])
            #expect(answer.headers["access-control-allow-origin"] == client)
            for name in ["RateLimit-Remaining", "Content-Range", "X-Device-Token"] {
                #expect(answer.headers["access-control-expose-headers"]?.contains(name) == true)
            }
            #expect(answer.headers["vary"] == "Origin")
        }

        @Test(arguments: [
            "https://evil.example", "http://localhost:5174", "http://localhost:5173.evil.example", "null",
            "http://LOCALHOST:5173/", "https://localhost:5173",
        ])
        func `other pages may not read answers`(origin: String) async throws {
            for method in ["OPTIONS", "GET"] {
                let answer = try await product.client.ask(
                    method, "/api/v1/users/me", headers: ["Origin": origin, "Access-Control-Request-Method": "GET"])
                #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control-") }, "\(answer.headers)")
                #expect(answer.headers["vary"] == "Origin")
            }
        }

        @Test(arguments: ["/v1/health", "/api/v1/users/me", "/nowhere", "/auth/login"])
        func `every answer has the security headers`(path: String) async throws {
            let answer = try await product.client.get(path)
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["x-frame-options"] == "DENY")
            #expect(answer.headers["referrer-policy"] == "no-referrer")
        }
    }
}
