import Redis
import TestSupport
import Testing

extension SharedProduct {
    /// S0-65 to S0-73, S0-114, S0-128, X-15, X-17.
    struct StatusTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        @Test func `a user is online with a game until the user goes offline`() async throws {
            let (ada, bob) = try await friends()
            let online = try await ada.social(
                "PUT", "/status/online", json: #"{"currentGame":"Counter-Strike 2"}"#, at: client)
            #expect(online.status == 200, "\(online.text)")
            #expect(online.json.names == ["userId", "status", "lastSeen", "currentGame"])
            #expect(online.json["currentGame"].text == "Counter-Strike 2")
            let seen = try await bob.social("GET", "/status/friends", at: client).json[0]
            #expect(seen.names == ["userId", "username", "status", "lastSeen", "currentGame"])
            #expect(seen["status"].text == "online")
            #expect(seen["currentGame"].text == "Counter-Strike 2")
            // S0-66
            #expect(try await ada.social("PUT", "/status/online", at: client).json["currentGame"] == .null)
            let away = try await ada.social("PUT", "/status/away", at: client)
            #expect(away.json["status"].text == "away")
            #expect(try await bob.social("GET", "/status/friends", at: client).json[0]["status"].text == "away")
            // S0-72
            let offline = try await ada.social("PUT", "/status/offline", at: client)
            #expect(offline.json["status"].text == "offline")
            #expect(offline.json["currentGame"] == .null)
            let gone = try await bob.social("GET", "/status/friends", at: client).json[0]
            #expect(gone["status"].text == "offline")
            #expect(gone["lastSeen"].text == offline.json["lastSeen"].text)
            let rows = try await product.texts(
                """
                SELECT username FROM user_cards
                WHERE user_id = $1::text::uuid AND last_seen_at > now() - interval '1 minute'
                """,
                [ada.id])
            #expect(rows.count == 1)
        }

        // S0-37
        @Test func `the list of friends is filtered by presence`() async throws {
            let ada = try await TestUser.register(at: client)
            let others = try await register(4, at: client)
            for other in others { try await ada.befriend(other, at: client) }
            _ = try await others[0].social("PUT", "/status/online", at: client)
            _ = try await others[1].social("PUT", "/status/online", at: client)
            _ = try await others[2].social("PUT", "/status/away", at: client)
            for (filter, expected) in [("online", [1, 0]), ("offline", [3]), ("all", [3, 2, 1, 0])] {
                let list = try await ada.social("GET", "/friends?status=\(filter)", at: client).json
                #expect(list["friends"].array?.map { $0["friendId"].text } == expected.map { others[$0].id })
                #expect(list["pagination"]["total"].number == Double(expected.count))
            }
            let second = try await ada.social("GET", "/friends?status=online&limit=1&page=2", at: client).json
            #expect(second["friends"].array?.map { $0["friendId"].text } == [others[0].id])
            #expect(second["pagination"]["totalPages"].number == 2)
        }

        // X-17
        @Test func `a user who hides the online status is offline for all others`() async throws {
            let (ada, bob) = try await friends()
            _ = try await ada.social("PUT", "/status/online", json: #"{"currentGame":"Chess"}"#, at: client)
            let hidden = try await ada.ask("PUT", "/users/me", json: #"{"showOnlineStatus":false}"#, at: client)
            #expect(hidden.json["showOnlineStatus"] == .bool(false))
            let seen = try await bob.social("GET", "/status/friends", at: client).json[0]
            #expect(seen["status"].text == "offline")
            #expect(seen["currentGame"] == .null)
            #expect(seen["lastSeen"] == .null)
            for query in ["/friends?status=online", "/friends?status=offline"] {
                let list = try await bob.social("GET", query, at: client).json
                #expect(list["friends"].count == (query.hasSuffix("offline") ? 1 : 0))
            }
            let found = try await bob.social("GET", "/friends/search?q=\(ada.username)", at: client).json[0]
            #expect(found["onlineStatus"].text == "offline")
            let info = try await bob.social("GET", "/friends", at: client).json["friends"][0]["friendInfo"]
            #expect(info["onlineStatus"].text == "offline")
        }

        @Test func `each login is a device until its logout, and the most present device counts`() async throws {
            let (ada, bob) = try await friends()
            let phone = try await ada.logIn(at: client)
            _ = try await ada.social("PUT", "/status/online", json: #"{"currentGame":"Chess"}"#, at: client)
            _ = try await phone.social("PUT", "/status/online", at: client)
            let left = try await ada.social("PUT", "/status/offline", at: client)
            #expect(left.json["status"].text == "online")
            #expect(try await bob.social("GET", "/status/friends", at: client).json[0]["status"].text == "online")
            _ = try await client.ask(
                "POST", "/api/v1/auth/logout", json: #"{"refreshToken":"\#(phone.refreshToken)"}"#,
                token: phone.accessToken)
            #expect(try await bob.social("GET", "/status/friends", at: client).json[0]["status"].text == "offline")
        }

        // S0-71
        @Test func `an invalid status or game is refused`() async throws {
            let ada = try await TestUser.register(at: client)
            expectSocialServiceError(try await ada.social("PUT", "/status/busy", at: client), 400, "INVALID_STATUS")
            for json in [
                #"{"currentGame":5}"#, #"{"currentGame":""}"#, #"{"currentGame":"a\nb"}"#, "[",
                #"{"currentGame":"\#(String(repeating: "g", count: 101))"}"#,
            ] {
                expectSocialServiceError(
                    try await ada.social("PUT", "/status/online", json: json, at: client), 400, "VALIDATION_ERROR")
            }
            #expect(
                try await ada.social("PUT", "/status/online", json: #"{"currentGame":null}"#, at: client).status == 200)
        }

        @Test func `a heartbeat extends a session and states when the next is due`() async throws {
            let ada = try await TestUser.register(at: client)
            let answer = try await ada.social("POST", "/status/heartbeat", at: client)
            #expect(answer.json["status"].text == "online")
            #expect(answer.json["nextHeartbeatInSeconds"].number == 15)
        }

        private func friends() async throws -> (TestUser, TestUser) {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            return (ada, bob)
        }
    }
}

/// Time passes quickly in these.
@Suite(.showingOutput)
struct PresenceTimeTests {
    @Test func `a user without heartbeats is offline, without activity away, and with activity online`()
        async throws
    {
        try await withQuickProduct { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            let status = { try await bob.social("GET", "/status/friends", at: client).json[0]["status"].text }
            // Two and a half heartbeats of one second.
            _ = try await ada.social("POST", "/status/heartbeat", at: client)
            #expect(try await status() == "online")
            try await eventually("the session of heartbeats is over", within: 20) { try await status() == "offline" }
            let seen = try await bob.social("GET", "/status/friends", at: client).json[0]["lastSeen"].text
            #expect(seen != nil)

            // Twenty of them without anything else: heartbeats alone keep them, away.
            let beats = Task {
                while !Task.isCancelled {
                    _ = try await ada.social("POST", "/status/heartbeat", at: client)
                    try await Task.sleep(for: .seconds(1))
                }
            }
            defer { beats.cancel() }
            try await eventually("they are back") { try await status() == "online" }
            try await eventually("they are away", within: 40) { try await status() == "away" }
            // Any request of theirs is a sign that they do something.
            _ = try await ada.social("GET", "/friends", at: client)
            try await eventually("they are back") { try await status() == "online" }
        }
    }

    @Test func `a loss of Redis' data is repaired by one heartbeat`() async throws {
        let redis = try await RedisServer()
        try await withQuickProduct(on: redis) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            let status = { try await bob.social("GET", "/status/friends", at: client).json[0]["status"].text }
            _ = try await ada.social("POST", "/status/heartbeat", at: client)
            try await redis.flush()
            #expect(try await status() == "offline")
            _ = try await ada.social("POST", "/status/heartbeat", at: client)
            #expect(try await status() == "online")
            await redis.kill()
            // Readers see every user offline, and an update is refused as unavailable.
            #expect(try await status() == "offline")
            let failed = try await ada.social("PUT", "/status/online", at: client)
            expectSocialServiceError(failed, 503, "STATUS_UPDATE_FAILED")
            #expect(failed.headers["retry-after"] != nil)
        }
    }

    private func withQuickProduct(
        on redis: RedisServer? = nil, _ body: (Product) async throws -> Void
    ) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .presence, .scheduler]
        options.redisURL = redis?.url
        options.environment = ["PRESENCE_HEARTBEAT_SECONDS": "1"]
        try await Product.run(options, body)
    }
}
