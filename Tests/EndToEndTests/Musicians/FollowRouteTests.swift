import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// `/social/*` of the musicians' document.
    struct FollowRouteTests {
        let product = Product.current

        // S1-85 to S1-90, S1-109, S1-121; the document's example sends no token, and is 401 as written (X-5).
        @Test func `a user follows, is listed, and unfollows by both methods`() async throws {
            let users = try await register(2, at: product.client)
            let (ada, bob) = (users[0], users[1])
            let path = "/social/follow/\(bob.id)"
            let body = "{\"followerId\":\"\(ada.id)\"}"
            expectMusiciansError(try await product.client.post(path, json: body), 401)
            let first = try await product.client.post(path, json: body, token: ada.accessToken)
            #expect(first.status == 200, "\(first.text)")
            let data = first.json["data"]
            #expect(data.names == ["_id", "followerId", "followingId", "createdAt"])
            #expect(data["followerId"].text == ada.id && data["followingId"].text == bob.id)
            let again = try await product.client.post(path, json: "{}", token: ada.accessToken)
            #expect(again.status == 200 && again.json == first.json)

            #expect(try await product.client.get("/social/followers/\(bob.id)").json["data"] == .array([data]))
            #expect(try await product.client.get("/social/following/\(ada.id)").json["data"] == .array([data]))
            #expect(try await isFollowing(ada, bob) == true)
            #expect(try await isFollowing(bob, ada) == false)
            for method in ["DELETE", "POST"] {
                let ended = try await product.client.ask(
                    method, "/social/unfollow/\(bob.id)", json: body, token: ada.accessToken)
                #expect(ended.status == 200 && ended.text == #"{"success":true}"#)
                expectMusiciansError(
                    try await product.client.ask(method, "/social/unfollow/\(bob.id)", token: ada.accessToken), 404)
                #expect(try await isFollowing(ada, bob) == false)
                _ = try await product.client.post(path, json: body, token: ada.accessToken)
            }
        }

        private func isFollowing(_ follower: TestUser, _ followed: TestUser) async throws -> Bool? {
            try await product.client.get("/social/isFollowing/\(follower.id)/\(followed.id)").json["data"][
                "isFollowing"
            ].bool
        }

        // S1-86
        @Test func `nobody follows oneself, a stranger's name or in the name of another`() async throws {
            let users = try await register(2, at: product.client)
            let token = users[0].accessToken
            expectMusiciansError(
                try await product.client.post("/social/follow/\(users[0].id)", json: "{}", token: token), 400)
            expectMusiciansError(
                try await product.client.post(
                    "/social/follow/01900000-0000-7000-8000-000000000000", json: "{}", token: token), 404)
            expectMusiciansError(try await product.client.post("/social/follow/x", json: "{}", token: token), 400)
            expectMusiciansError(
                try await product.client.post(
                    "/social/follow/\(users[1].id)", json: "{\"followerId\":\"\(users[1].id)\"}", token: token), 403)
            expectMusiciansError(try await product.client.get("/social/followers/x"), 400)
            expectMusiciansError(
                try await product.client.get("/social/followers/01900000-0000-7000-8000-000000000000"), 404)
        }

        // S1-92 to S1-94
        @Test func `the feed has what followed users did, the newest first`() async throws {
            let users = try await register(3, at: product.client)
            let (ada, bob, eve) = (users[0], users[1], users[2])
            _ = try await product.client.post("/social/follow/\(bob.id)", json: "{}", token: ada.accessToken)
            for user in [bob, eve] {
                _ = try await product.client.ask(
                    "PUT", "/users/\(user.id)/profile", json: #"{"bio":"new"}"#, token: user.accessToken)
            }
            let feed = try await product.client.ask("GET", "/social/feed?userId=\(ada.id)", token: ada.accessToken)
            let entries = feed.json["data"].array ?? []
            #expect(entries.count == 1 && entries[0]["userId"].text == bob.id, "\(feed.text)")
            #expect(entries[0].names == ["userId", "username", "action", "createdAt"])
            #expect(entries[0]["action"].text == "profile_updated")
            expectMusiciansError(try await product.client.ask("GET", "/social/feed", token: ada.accessToken), 400)
            expectMusiciansError(
                try await product.client.ask("GET", "/social/feed?userId=\(bob.id)", token: ada.accessToken), 403)
            expectMusiciansError(try await product.client.get("/social/feed?userId=\(ada.id)"), 401)
        }

        // S1-92 to S1-94: what is published appears in a feed that is kept, and pages are an extension.
        @Test func `a feed that was read before shows what is published after it, page by page`() async throws {
            let users = try await register(4, at: product.client)
            let reader = users[0]
            for user in users[1...] {
                _ = try await product.client.post("/social/follow/\(user.id)", json: "{}", token: reader.accessToken)
            }
            #expect(try await feed(of: reader).json["data"] == .array([]))
            for (number, user) in users[1...].enumerated() {
                _ = try await product.client.ask(
                    "PUT", "/users/\(user.id)/profile", json: #"{"bio":"new"}"#, token: user.accessToken)
                try await eventually("the feed shows the update", within: 60) {
                    try await feed(of: reader).json["data"].array?.count == number + 1
                }
            }
            let whole = try await feed(of: reader)
            #expect(whole.headers["link"] == nil)
            let entries = whole.json["data"].array ?? []
            #expect(entries.map { $0["userId"].text } == users[1...].reversed().map(\.id))
            var read: [ProductJSON] = []
            var path: String? = "/social/feed?userId=\(reader.id)&limit=1"
            while let page = path {
                let answer = try await product.client.ask("GET", page, token: reader.accessToken)
                read += answer.json["data"].array ?? []
                path = answer.headers["link"]?.firstMatch(of: /<([^>]+)>; rel="next"/).map { String($0.1) }
            }
            #expect(read == entries)
            for wrong in ["limit=0", "limit=x", "cursor=x"] {
                expectMusiciansError(
                    try await product.client.ask(
                        "GET", "/social/feed?userId=\(reader.id)&\(wrong)", token: reader.accessToken), 400)
            }
        }

        private func feed(of user: TestUser) async throws -> ProductAnswer {
            try await product.client.ask("GET", "/social/feed?userId=\(user.id)", token: user.accessToken)
        }
    }
}
