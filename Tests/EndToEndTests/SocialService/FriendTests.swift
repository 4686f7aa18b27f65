import TestSupport
import Testing

extension SharedProduct {
    /// S0-10 to S0-40, S0-126, S0-137, S0-141.
    struct FriendTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        // S0-112
        @Test func `a request is sent, listed, accepted and a friendship of both users`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let asked = try await ada.social(
                "POST", "/friends/request", json: #"{"toUserId":"\#(bob.id)","message":"Привет! 👾 Давай дружить"}"#,
                at: client)
            #expect(asked.status == 201, "\(asked.text)")
            #expect(
                asked.json.names == ["id", "userId", "friendId", "status", "requestedBy", "createdAt", "updatedAt"])
            #expect(asked.json["userId"].text == ada.id)
            #expect(asked.json["friendId"].text == bob.id)
            #expect(asked.json["requestedBy"].text == ada.id)
            #expect(asked.json["status"].text == "pending")
            let id = try #require(asked.json["id"].text)

            let incoming = try await bob.social("GET", "/friends/requests", at: client)
            let request = incoming.json[0]
            #expect(incoming.json.count == 1)
            #expect(
                request.names == [
                    "id", "userId", "friendId", "status", "requestedBy", "message", "createdAt", "senderInfo",
                ])
            #expect(request["message"].text == "Привет! 👾 Давай дружить")
            #expect(request["senderInfo"]["username"].text == ada.username)
            #expect(try await ada.social("GET", "/friends/requests", at: client).text == "[]")
            let outgoing = try await ada.social("GET", "/friends/requests/outgoing", at: client)
            #expect(outgoing.json[0]["receiverInfo"]["username"].text == bob.username)

            let accepted = try await bob.social("POST", "/friends/accept/\(id)", at: client)
            #expect(accepted.status == 200)
            #expect(accepted.json["id"].text == id)
            #expect(accepted.json["userId"].text == bob.id)
            #expect(accepted.json["friendId"].text == ada.id)
            #expect(accepted.json["status"].text == "accepted")
            for (user, friend) in [(ada, bob), (bob, ada)] {
                let list = try await user.social("GET", "/friends", at: client).json
                #expect(list["pagination"]["total"].number == 1)
                let entry = list["friends"][0]
                #expect(entry.names == ["id", "userId", "friendId", "status", "createdAt", "friendInfo"])
                #expect(entry["friendId"].text == friend.id)
                #expect(
                    entry["friendInfo"].names == ["username", "avatar", "onlineStatus", "lastSeen", "currentGame"])
                #expect(entry["friendInfo"]["username"].text == friend.username)
            }
            #expect(try await bob.social("GET", "/friends/requests", at: client).text == "[]")
            // S0-22
            expectSocialServiceError(
                try await bob.social("POST", "/friends/accept/\(id)", at: client), 409, "ALREADY_FRIENDS")
        }

        // S0-14 to S0-17, S0-11
        @Test func `a request that cannot be sent is refused with its code`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            expectSocialServiceError(try await ada.sendFriendRequest(to: ada, at: client), 400, "CANNOT_ADD_YOURSELF")
            let unknown = #"{"toUserId":"01900000-0000-7000-8000-000000000000"}"#
            expectSocialServiceError(
                try await ada.social("POST", "/friends/request", json: unknown, at: client), 404, "USER_NOT_FOUND")
            #expect(try await ada.sendFriendRequest(to: bob, at: client).status == 201)
            expectSocialServiceError(try await ada.sendFriendRequest(to: bob, at: client), 409, "FRIEND_REQUEST_EXISTS")
            for json in ["{}", "[]", "{", #"{"toUserId":"x"}"#, #"{"toUserId":5}"#, #"{"toUserId":null}"#] {
                let answer = try await bob.social("POST", "/friends/request", json: json, at: client)
                expectSocialServiceError(answer, 400, "VALIDATION_ERROR")
            }
            let long = #"{"toUserId":"\#(ada.id)","message":"\#(String(repeating: "я", count: 501))"}"#
            expectSocialServiceError(
                try await bob.social("POST", "/friends/request", json: long, at: client), 400, "VALIDATION_ERROR")
        }

        // Crossing requests become a friendship.
        @Test func `requests that cross become a friendship at once`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            #expect(try await ada.sendFriendRequest(to: bob, at: client).json["status"].text == "pending")
            let crossing = try await bob.sendFriendRequest(to: ada, at: client)
            #expect(crossing.status == 201)
            #expect(crossing.json["status"].text == "accepted")
            #expect(crossing.json["requestedBy"].text == ada.id)
            expectSocialServiceError(try await ada.sendFriendRequest(to: bob, at: client), 409, "ALREADY_FRIENDS")
            let friendship = try #require(crossing.json["id"].text)
            let list = try await ada.social("GET", "/friends", at: client).json["friends"]
            #expect(list[0]["id"].text == friendship)
            try await eventually("ada hears of that friendship") {
                let inbox = try await ada.social("GET", "/notifications", at: client).json["notifications"]
                return inbox.array?.contains {
                    $0["kind"].text == "friend_request_accepted" && $0["entityId"].text == friendship
                } == true
            }
        }

        @Test func `many equal and crossing concurrent requests make one friendship`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            _ = try await withThrowingTaskGroup { group in
                for number in 0..<9 {
                    group.addTask {
                        try await (number % 2 == 0 ? ada : bob).sendFriendRequest(
                            to: number % 2 == 0 ? bob : ada, at: client
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let rows = try await product.texts(
                "SELECT user_id::text FROM friends WHERE user_id::text IN ($1, $2)", [ada.id, bob.id])
            #expect(Set(rows) == [ada.id, bob.id])
            let counts = try await product.texts(
                "SELECT friends_count::text FROM profiles WHERE user_id::text IN ($1, $2)", [ada.id, bob.id])
            #expect(counts == ["1", "1"])
        }

        // S0-20, S0-21, S0-24, S0-137
        @Test func `only the receiver answers a request, and only the sender cancels it`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let third = try await TestUser.register(at: client)
            let id = try #require(try await ada.sendFriendRequest(to: bob, at: client).json["id"].text)
            for user in [ada, third] {
                for verb in ["accept", "decline"] {
                    expectSocialServiceError(
                        try await user.social("POST", "/friends/\(verb)/\(id)", at: client), 404,
                        "FRIEND_REQUEST_NOT_FOUND")
                }
            }
            for user in [bob, third] {
                expectSocialServiceError(
                    try await user.social("DELETE", "/friends/request/\(id)", at: client), 404,
                    "FRIEND_REQUEST_NOT_FOUND")
            }
            expectSocialServiceError(
                try await bob.social("POST", "/friends/accept/x", at: client), 400, "VALIDATION_ERROR")
            let declined = try await bob.social("POST", "/friends/decline/\(id)", at: client)
            #expect(declined.status == 204 && declined.body.isEmpty)
            #expect(
                declined.headers["x-ratelimit-remaining"] == nil
                    || Int(declined.headers["x-ratelimit-remaining"] ?? "") != nil)
            expectSocialServiceError(
                try await bob.social("POST", "/friends/decline/\(id)", at: client), 404, "FRIEND_REQUEST_NOT_FOUND")
            // S0-25
            let again = try #require(try await ada.sendFriendRequest(to: bob, at: client).json["id"].text)
            #expect(try await ada.social("DELETE", "/friends/request/\(again)", at: client).status == 204)
            #expect(try await bob.social("GET", "/friends/requests", at: client).text == "[]")
        }

        // S0-26 to S0-28
        @Test func `a removed friendship ends for both users`() async throws {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            #expect(try await bob.social("DELETE", "/friends/\(ada.id)", at: client).status == 204)
            for user in [ada, bob] {
                let list = try await user.social("GET", "/friends", at: client).json
                #expect(list["friends"].count == 0)
                #expect(list["pagination"]["total"].number == 0)
                #expect(list["pagination"]["totalPages"].number == 0)
            }
            expectSocialServiceError(try await bob.social("DELETE", "/friends/\(ada.id)", at: client), 404, "NOT_FOUND")
        }

        // S0-30, S0-31, S0-36
        @Test func `the list has pages, the newest friend first`() async throws {
            let ada = try await TestUser.register(at: client)
            let others = try await register(5, at: client)
            for other in others { try await ada.befriend(other, at: client) }
            let first = try await ada.social("GET", "/friends?page=1&limit=2", at: client).json
            #expect(first["friends"].array?.map { $0["friendId"].text } == [others[4].id, others[3].id])
            #expect(first["pagination"]["total"].number == 5)
            #expect(first["pagination"]["totalPages"].number == 3)
            let last = try await ada.social("GET", "/friends?page=3&limit=2", at: client).json
            #expect(last["friends"].array?.map { $0["friendId"].text } == [others[0].id])
            let beyond = try await ada.social("GET", "/friends?page=9&limit=2", at: client).json
            #expect(beyond["friends"].count == 0)
            #expect(beyond["pagination"]["total"].number == 5)
            #expect(
                try await ada.social("GET", "/friends?limit=1000000", at: client).json["pagination"]["limit"].number
                    == 50)
            for query in [
                "page=0", "page=-1", "page=x", "limit=0", "limit=1.5", "status=busy", "limit=",
                "page=99999999999999999999",
            ] {
                expectSocialServiceError(
                    try await ada.social("GET", "/friends?\(query)", at: client), 400, "VALIDATION_ERROR")
            }
            #expect(try await ada.social("GET", "/friends?page=999999999&limit=50", at: client).status == 200)
        }

        // S0-2
        @Test func `every route is served below /social, too, with the same limits`() async throws {
            let ada = try await TestUser.register(at: client)
            let answer = try await client.ask("GET", "/social/v1/friends", token: ada.accessToken)
            #expect(answer.status == 200)
            expectSocialServiceError(try await client.ask("GET", "/social/v1/nothing"), 404, "NOT_FOUND")
        }
    }
}
