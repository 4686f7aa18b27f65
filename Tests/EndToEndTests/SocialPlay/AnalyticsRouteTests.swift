import TestSupport
import Testing

extension SharedProduct {
    /// S2-174.
    struct AnalyticsRouteTests {
        let product = Product.current

        @Test func `a user reads the own days, an administrator those of all`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let own = try await user.ask(
                "GET", "/analytics/me?from=2026-02-01&to=2026-02-28", at: product.client)
            #expect(own.status == 200 && own.headers["cache-control"] == "no-store")
            #expect(own.json.names == ["from", "to", "countedUntil", "days"])
            let days = own.json["days"].array ?? []
            #expect(days.count == 28 && days.first?["day"].text == "2026-02-01")
            #expect(
                days.first?.names == [
                    "day", "posts", "comments", "likes", "likesReceived", "commentsReceived", "newFollowers",
                    "newFollowing", "messagesSent", "mediaUploaded",
                ])
            let until = own.json["countedUntil"].text ?? ""
            #expect(until.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z/) != nil, "\(until)")
            #expect(try await user.ask("GET", "/analytics/me", at: product.client).json["days"].array?.count == 30)
            for wrong in ["from=x", "to=2026-02-30", "from=2026-01-01&to=2026-04-01"] {
                expectSocialPlayError(try await user.ask("GET", "/analytics/me?\(wrong)", at: product.client), 400)
            }
            expectSocialPlayError(try await product.client.get("/api/v1/analytics/me"), 401)
            expectSocialPlayError(
                try await user.ask("GET", "/admin/analytics", at: product.client), 403, "Insufficient permissions")
            #expect(try await product.run("API", ["make-admin", user.username]).exit == .code(0))
            let all = try await user.ask("GET", "/admin/analytics", at: product.client)
            #expect(
                all.json["days"].array?.last?.names == [
                    "day", "registrations", "activeUsers", "posts", "comments", "likes", "follows", "messages", "media",
                ], "\(all.text)")
        }
    }
}
