import TestSupport
import Testing

extension SharedProduct {
    /// S0-46, S0-142: a block is absolute, and whoever is blocked cannot tell it from never having met.
    struct BlockTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        @Test func `a block ends everything between two people`() async throws {
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            try await ada.befriends(bob, at: client)
            #expect(try await bob.writes("hello", to: ada, at: client).status == 201)
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            let blocks = try await ada.social("GET", "/friends/blocks", at: client).json
            #expect(blocks.count == 1)
            #expect(blocks[0]["userId"].text == bob.id)
            for person in [ada, bob] {
                #expect(try await person.social("GET", "/friends", at: client).json["friends"].count == 0)
                #expect(try await person.social("GET", "/messages/conversations", at: client).text == "[]")
            }
            expectCode(try await ada.asks(bob, at: client), 403, "FORBIDDEN")
            expectCode(try await ada.writes("x", to: bob, at: client), 403, "NOT_FRIENDS")

            #expect(try await ada.social("DELETE", "/friends/block/\(bob.id)", at: client).status == 204)
            expectCode(try await ada.social("DELETE", "/friends/block/\(bob.id)", at: client), 404, "NOT_FOUND")
            try await ada.befriends(bob, at: client)
        }

        @Test func `whoever is blocked gets the answers of a stranger`() async throws {
            let blocker = try await Person.register(at: client)
            let blocked = try await Person.register(at: client)
            let stranger = try await Person.register(at: client)
            #expect(try await blocker.social("POST", "/friends/block/\(blocked.id)", at: client).status == 204)
            var answers: [[ProductAnswer]] = []
            for person in [blocked, stranger] {
                let asked = try await person.asks(blocker, at: client)
                answers.append([
                    try await person.writes("hello", to: blocker, at: client), asked,
                    try await person.asks(blocker, at: client),
                    try await person.social("GET", "/friends/requests/outgoing", at: client),
                    try await person.social("DELETE", "/friends/\(blocker.id)", at: client),
                    try await person.social("GET", "/messages/conversations/\(blocker.id)", at: client),
                    try await person.social("DELETE", "/friends/request/\(asked.json["id"].text ?? "")", at: client),
                ])
            }
            for (one, other) in zip(answers[0], answers[1]) {
                #expect(one.status == other.status, "\(one.text) \(other.text)")
                #expect(one.json["error"] == other.json["error"])
                #expect(one.json.names == other.json.names)
            }
            #expect(answers[0].map(\.status) == [403, 201, 409, 200, 404, 404, 204])
        }

        @Test func `a request from somebody who is blocked is never seen and never accepted`() async throws {
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            let id = try #require(try await bob.asks(ada, at: client).json["id"].text)
            #expect(try await ada.social("GET", "/friends/requests", at: client).text == "[]")
            expectCode(
                try await ada.social("POST", "/friends/accept/\(id)", at: client), 404, "FRIEND_REQUEST_NOT_FOUND")
            let told = try await product.texts(
                "SELECT kind FROM notifications WHERE user_id = $1::text::uuid", [ada.id])
            #expect(told.isEmpty)
        }

        @Test func `neither finds the other`() async throws {
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            #expect(try await find(bob, by: ada).count == 1)
            #expect(try await ada.social("POST", "/friends/block/\(bob.id)", at: client).status == 204)
            #expect(try await find(bob, by: ada).count == 0)
            #expect(try await find(ada, by: bob).count == 0)
        }

        @Test func `nobody blocks themselves or somebody who is not there`() async throws {
            let ada = try await Person.register(at: client)
            expectCode(
                try await ada.social("POST", "/friends/block/\(ada.id)", at: client), 400, "CANNOT_ADD_YOURSELF")
            expectCode(
                try await ada.social("POST", "/friends/block/01900000-0000-7000-8000-000000000000", at: client), 404,
                "USER_NOT_FOUND")
        }

        private func find(_ person: Person, by seeker: Person) async throws -> ProductJSON {
            try await seeker.social("GET", "/friends/search?q=\(person.username)", at: client).json
        }
    }
}
