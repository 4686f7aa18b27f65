import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S2-97, S2-101, S2-103, S2-106, S2-112: from a request to the inbox, by the jobs that Redis has.
    struct NotificationOfPostsTests {
        let product = Product.current

        @Test func `likes, comments, replies, mentions and follows of both surfaces reach the inbox`() async throws {
            let client = product.client
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: client), try await TestUser.registerOnSocialPlay(at: client)
            )
            func id(_ path: String, _ json: String, by user: TestUser) async throws -> String {
                let answer = try await user.ask("POST", path, json: json, at: client)
                #expect(answer.status == 201, "\(answer.text)")
                return try #require(answer.json["id"].text)
            }
            let post = try await id("/posts", #"{"content":"Hello @\#(bob.username)"}"#, by: ada)
            _ = try await bob.ask("POST", "/posts/\(post)/like", at: client)
            let comment = try await id("/posts/\(post)/comments", #"{"content":"Fine"}"#, by: bob)
            let reply = try await id("/comments/\(comment)/reply", #"{"content":"Thanks"}"#, by: ada)
            _ = try await bob.ask("POST", "/users/\(ada.id)/follow", at: client)
            _ = try await client.post("/social/follow/\(bob.id)", json: "{}", token: ada.accessToken)
            func inbox(_ user: TestUser, _ count: Int) async throws -> [String: String] {
                let entries = try await eventually("\(count) notifications") {
                    let json = try await user.social("GET", "/notifications", at: client).json
                    return json["unreadCount"].number == Double(count) ? json["notifications"].array : nil
                }
                return Dictionary(
                    entries.map { ($0["kind"].text ?? "", $0["entityId"].text ?? "") }, uniquingKeysWith: { $1 })
            }
            #expect(
                try await inbox(ada, 3) == ["post_liked": post, "post_commented": comment, "user_followed": bob.id])
            #expect(
                try await inbox(bob, 3) == ["post_mentioned": post, "comment_replied": reply, "user_followed": ada.id])
            let chosen = try await ada.social(
                "PUT", "/notifications/preferences", json: #"{"likes":{"enabled":false}}"#, at: client
            ).json["preferences"]
            #expect(chosen["likes"]["enabled"] == .bool(false) && chosen["comments"]["enabled"] == .bool(true))
            // S2-168
            _ = try await ada.ask("DELETE", "/posts/\(post)", at: client)
            #expect(try await inbox(ada, 1) == ["user_followed": bob.id])
            #expect(try await inbox(bob, 1) == ["user_followed": ada.id])
        }
    }
}
