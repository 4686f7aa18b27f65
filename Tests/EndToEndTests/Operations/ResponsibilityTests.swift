import TestSupport
import Testing

extension SharedProduct {
    /// S2-1: what SocialPlay is responsible for has routes.
    struct ResponsibilityTests {
        let product = Product.current

        @Test func `every responsibility of the document has routes`() async throws {
            let (exit, output) = try await product.run("API", ["routes"])
            #expect(exit == .code(0), "\(output)")
            let routes = Set(output.split(separator: "\n").map(String.init))
            for route in [
                "POST /api/v1/auth/register", "POST /api/v1/auth/login", "PUT /api/v1/admin/users/:id/role",
                "GET /api/v1/users/:id", "PUT /api/v1/users/me", "POST /api/v1/posts",
                "POST /api/v1/posts/:id/comments", "POST /api/v1/posts/:id/like", "POST /api/v1/users/:id/follow",
                "DELETE /api/v1/users/:id/follow", "POST /api/v1/messages/:id", "GET /api/v1/notifications",
                "POST /api/v1/media/upload", "GET /api/v1/analytics/me", "GET /api/v1/admin/analytics",
            ] {
                #expect(routes.contains(route), "\(route)")
            }
        }
    }
}
