import TestSupport
import Testing

extension SharedProduct {
    /// S0-46, S0-142: a block is absolute, and a blocked user cannot distinguish it from a stranger's answers.
    struct BlockTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        @Test func `a block ends friendship and messages of two users`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            #expect(try await bob.sendMessage("hello", to: ada, at: client).status == 201)
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            let blocks = try await ada.social("GET", "/friends/blocks", at: client).json
            #expect(blocks.count == 1)
            #expect(blocks[0]["userId"].text == bob.id)
            for user in [ada, bob] {
                #expect(try await user.social("GET", "/friends", at: client).json["friends"].count == 0)
                #expect(try await user.social("GET", "/messages/conversations", at: client).text == "[]")
            }
            expectSocialServiceError(try await ada.sendFriendRequest(to: bob, at: client), 403, "FORBIDDEN")
            expectSocialServiceError(try await ada.sendMessage("x", to: bob, at: client), 403, "NOT_FRIENDS")

            #expect(try await ada.social("DELETE", "/friends/block/\(bob.id)", at: client).status == 204)
            expectSocialServiceError(
                try await ada.social("DELETE", "/friends/block/\(bob.id)", at: client), 404, "NOT_FOUND")
            try await ada.befriend(bob, at: client)
        }

        @Test func `a blocked user gets the answers of a stranger`() async throws {
            let blocker = try await TestUser.register(at: client)
            let blocked = try await TestUser.register(at: client)
            let stranger = try await TestUser.register(at: client)
            #expect(try await blocker.social("POST", "/friends/block/\(blocked.id)", at: client).status == 204)
            var answers: [[ProductAnswer]] = []
            for user in [blocked, stranger] {
                let asked = try await user.sendFriendRequest(to: blocker, at: client)
                answers.append([
                    try await user.sendMessage("hello", to: blocker, at: client), asked,
                    try await user.sendFriendRequest(to: blocker, at: client),
                    try await user.social("GET", "/friends/requests/outgoing", at: client),
                    try await user.social("DELETE", "/friends/\(blocker.id)", at: client),
                    try await user.social("GET", "/messages/conversations/\(blocker.id)", at: client),
                    try await user.social("DELETE", "/friends/request/\(asked.json["id"].text ?? "")", at: client),
                ])
            }
            for (one, other) in zip(answers[0], answers[1]) {
                #expect(one.status == other.status, "\(one.text) \(other.text)")
                #expect(one.json["error"] == other.json["error"])
                #expect(one.json.names == other.json.names)
            }
            #expect(answers[0].map(\.status) == [403, 201, 409, 200, 404, 404, 204])
        }

        @Test func `a request from a blocked user is neither listed nor accepted`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            let id = try #require(try await bob.sendFriendRequest(to: ada, at: client).json["id"].text)
            #expect(try await ada.social("GET", "/friends/requests", at: client).text == "[]")
            expectSocialServiceError(
                try await ada.social("POST", "/friends/accept/\(id)", at: client), 404, "FRIEND_REQUEST_NOT_FOUND")
            let told = try await product.texts(
                "SELECT kind FROM notifications WHERE user_id = $1::text::uuid", [ada.id])
            #expect(told.isEmpty)
        }

        @Test func `a block hides both users from each other's search`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            #expect(try await find(bob, by: ada).count == 1)
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            #expect(try await find(bob, by: ada).count == 0)
            #expect(try await find(ada, by: bob).count == 0)
        }

        @Test func `a block of oneself or of an unknown user is refused`() async throws {
            let ada = try await TestUser.register(at: client)
            expectSocialServiceError(
                try await ada.social("POST", "/friends/block/\(ada.id)", at: client), 400, "CANNOT_ADD_YOURSELF")
            expectSocialServiceError(
                try await ada.social("POST", "/friends/block/01900000-0000-7000-8000-000000000000", at: client), 404,
                "USER_NOT_FOUND")
        }

        private func find(_ user: TestUser, by seeker: TestUser) async throws -> ProductJSON {
            try await seeker.social("GET", "/friends/search?q=\(user.username)", at: client).json
        }
    }
}
