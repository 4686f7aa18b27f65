import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S2-34, S2-35, S2-121 to S2-125, X-19, X-24: notifications below `/api/v1`.
    struct NotificationRouteTests {
        let product = Product.current

        @Test func `are listed by groups, read and deleted by their owner alone, on every device`() async throws {
            let client = product.client
            let ada = try await TestUser.registerOnSocialPlay(at: client)
            let (bob, eve) = (
                try await TestUser.registerOnSocialPlay(at: client), try await TestUser.registerOnSocialPlay(at: client)
            )
            #expect(try await client.get("/api/v1/notifications").status == 401)
            let empty = try await ada.ask("GET", "/notifications", at: client)
            #expect(empty.json["notifications"].array?.isEmpty == true && empty.json["unreadCount"].number == 0)
            let created = try await ada.ask("POST", "/posts", json: #"{"content":"Hello"}"#, at: client)
            let post = try #require(created.json["id"].text)
            for user in [bob, eve] {
                _ = try await user.ask("POST", "/posts/\(post)/like", at: client)
                _ = try await list(of: ada, unread: 1)
            }
            try await eventually("both likes are in the group") {
                try await list(of: ada, unread: 1).first?["othersCount"].number == 1
            }
            _ = try await bob.ask("POST", "/users/\(ada.id)/follow", at: client)
            _ = try await list(of: ada, unread: 2)
            _ = try await bob.sendFriendRequest(to: ada, at: client)
            let groups = try await list(of: ada, unread: 3)
            #expect(groups.map { $0["type"].text } == ["SYSTEM", "FOLLOW", "LIKE"])
            #expect(groups.map { $0["entityType"].text } == ["friend_request", "user", "post"])
            let likes = groups[2]
            #expect(likes["content"].text == "\(eve.username) and 1 other liked your post")
            #expect(likes["userId"].text == ada.id && likes["actorId"].text == eve.id)
            #expect(likes["entityId"].text == post && likes["actor"]["username"].text == eve.username)
            #expect(likes["isRead"] == .bool(false) && likes["readAt"] == .null && likes["createdAt"].text != nil)

            // X-24
            let first = try await ada.ask("GET", "/notifications?limit=2", at: client)
            #expect(first.json["pagination"]["hasMore"] == .bool(true))
            let next = try #require(first.headers["link"]?.firstMatch(of: /<\/api\/v1(.*)>; rel="next"/)?.1)
            let second = try await ada.ask("GET", String(next), at: client).json["notifications"].array ?? []
            #expect(second.map { $0["id"].text } == [likes["id"].text])
            let numbered = try await ada.ask("GET", "/notifications?limit=2&page=2", at: client)
            #expect(numbered.json["notifications"].array?.count == 1 && numbered.headers["link"] == nil)
            for query in ["cursor=1", "cursor=", "page=1000000"] {
                expectSocialPlayError(try await ada.ask("GET", "/notifications?\(query)", at: client), 400)
            }

            // S2-122, S2-125
            let id = try #require(likes["id"].text)
            for path in ["/notifications/\(id)", "/notifications/\(id)/read"] {
                let method = path.hasSuffix("read") ? "PUT" : "DELETE"
                expectSocialPlayError(
                    try await bob.ask(method, path, at: client), 404, "There is no such notification")
                let unknown = path.replacing(id, with: UUID().uuidString.lowercased())
                expectSocialPlayError(try await ada.ask(method, unknown, at: client), 404)
                expectSocialPlayError(
                    try await ada.ask(method, path.replacing(id, with: "x"), at: client), 400)
            }
            let read = try await ada.ask("PUT", "/notifications/\(id)/read", at: client)
            #expect(read.status == 200 && read.json["isRead"] == .bool(true), "\(read.text)")
            let again = try await list(of: ada, unread: 2)
            #expect(again[2]["isRead"] == .bool(true) && again[2]["readAt"] == read.json["readAt"])
            // The Social Service shows the same inbox, by single notifications.
            let others = try await ada.social("GET", "/notifications", at: client).json
            #expect(others["unreadCount"].number == 2 && others["notifications"].array?.count == 4)

            // S2-124, S2-123
            let deleted = try await ada.ask("DELETE", "/notifications/\(id)", at: client)
            #expect(deleted.json["message"].text == "Notification deleted successfully", "\(deleted.text)")
            #expect(try await list(of: ada, unread: 2).count == 2)
            #expect(try await ada.ask("PUT", "/notifications/read-all", at: client).status == 200)
            #expect(try await list(of: ada, unread: 0).allSatisfy { $0["isRead"] == .bool(true) })
            let counted = try await ada.ask("GET", "/notifications/unread-count", at: client)
            #expect(counted.json["unreadCount"].number == 0)
            #expect(try await ada.social("GET", "/notifications", at: client).json["unreadCount"].number == 0)

            // S2-168: gone with their cause.
            _ = try await bob.ask("DELETE", "/users/\(ada.id)/follow", at: client)
            #expect(try await list(of: ada, unread: 0).map { $0["type"].text } == ["SYSTEM"])
            _ = try await ada.ask("POST", "/users/\(bob.id)/block", at: client)
            #expect(try await list(of: ada, unread: 0).isEmpty)
        }

        private func list(of user: TestUser, unread: Int) async throws -> [ProductJSON] {
            try await eventually("\(unread) unread notifications") {
                let json = try await user.ask("GET", "/notifications", at: product.client).json
                return json["unreadCount"].number == Double(unread) ? json["notifications"].array : nil
            }
        }
    }
}
