import TestSupport
import Testing

/// S0-5, S0-6, S0-74 to S0-89, S0-106 to S0-108, S0-115, S0-136.
@Suite(.showingOutput)
struct IntegrationTests {
    private static let token = "an internal token for tests"

    @Test func `only the internal token is accepted from other services`() async throws {
        try await withProduct { product in
            let client = product.client
            let ada = try await TestUser.register(at: client)
            let path = "/integration/achievement/\(ada.id)/friends"
            for headers in [
                [:], ["x-internal-token": "wrong"], ["x-internal-token": ""],
                ["Authorization": "Bearer \(ada.accessToken)"], ["Authorization": "Bearer \(Self.token)"],
            ] {
                expectSocialServiceError(try await client.get(path, headers: headers), 401, "UNAUTHORIZED")
            }
            #expect(try await ask(product, path).status == 200)
            #expect(try await ask(product, "/social\(path)").status == 200)
            // S0-6
            expectSocialServiceError(
                try await client.get("/v1/friends", headers: ["x-internal-token": Self.token]), 401, "UNAUTHORIZED")
            expectSocialServiceError(try await ask(product, "/integration/nothing"), 404, "NOT_FOUND")
            #expect(try await ask(product, path).headers["x-ratelimit-limit"] == "1000")
            #expect(
                try await ask(product, "/integration/notification/\(ada.id)/preferences").headers["x-ratelimit-limit"]
                    == "2000")
        }
    }

    // S0-74 to S0-76, S0-136
    @Test func `the friends of a user are cached until a friendship begins or ends`() async throws {
        try await withProduct { product in
            let client = product.client
            let users = try await register(3, at: client)
            let path = "/integration/achievement/\(users[0].id)/friends"
            let empty = try await ask(product, path)
            #expect(empty.json.names == ["userId", "friends", "totalFriends", "cachedAt"])
            #expect(empty.json["totalFriends"].number == 0)
            try await users[0].befriend(users[1], at: client)
            let one = try await eventually("it is known") {
                let answer = try await ask(product, path)
                return answer.json["totalFriends"].number == 1 ? answer : nil
            }
            let friend = one.json["friends"][0]
            #expect(friend.names == ["friendId", "friendshipDate", "isActive"])
            #expect(friend["friendId"].text == users[1].id)
            #expect(friend["isActive"] == .bool(true))
            try await Task.sleep(for: .milliseconds(1_100))
            #expect(try await ask(product, path).json["cachedAt"] == one.json["cachedAt"])
            try await users[0].befriend(users[2], at: client)
            try await eventually("it is known") {
                try await ask(product, path).json["totalFriends"].number == 2
            }
            #expect(try await ask(product, path).json["cachedAt"] != one.json["cachedAt"])
            _ = try await users[2].social("POST", "/friends/block/\(users[0].id)", at: client)
            try await eventually("it is known") {
                try await ask(product, path).json["totalFriends"].number == 1
            }
        }
    }

    // S0-80 to S0-85
    @Test func `the relation of two users decides whether a review is allowed`() async throws {
        try await withProduct { product in
            let client = product.client
            let users = try await register(4, at: client)
            let (ada, bob) = (users[0], users[1])
            let path = "/integration/review/\(ada.id)/connections/\(bob.id)"
            let none = try await ask(product, path)
            #expect(
                none.json.names == [
                    "userId", "targetUserId", "connectionType", "connectionDate", "canWriteReview", "metadata",
                ])
            #expect(none.json["connectionType"].text == "none")
            #expect(none.json["connectionDate"] == .null)
            #expect(none.json["canWriteReview"] == .bool(false))
            _ = try await ada.sendFriendRequest(to: bob, at: client)
            #expect(try await ask(product, path).json["connectionType"].text == "pending_request")
            _ = try await bob.sendFriendRequest(to: ada, at: client)
            for common in users[2...] {
                try await ada.befriend(common, at: client)
                try await bob.befriend(common, at: client)
            }
            _ = try await product.texts(
                "UPDATE friends SET accepted_at = now() - interval '30 days 1 hour' WHERE user_id = $1::text::uuid RETURNING id::text",
                [ada.id])
            let friends = try await ask(product, path).json
            #expect(friends["connectionType"].text == "friends")
            #expect(friends["canWriteReview"] == .bool(true))
            #expect(friends["metadata"]["friendshipDuration"].text == "30 days")
            #expect(friends["metadata"]["mutualFriends"].number == 2)
            let mutual = try await ask(product, "/integration/review/\(bob.id)/mutual-friends/\(ada.id)").json
            #expect(
                mutual.names == ["userId", "targetUserId", "mutualFriendsCount", "mutualFriends", "cachedAt"])
            #expect(mutual["mutualFriendsCount"].number == 2)
            #expect(
                Set(mutual["mutualFriends"].array?.compactMap { $0["friendId"].text } ?? [])
                    == Set(users[2...].map(\.id)))
            let turned = try await ask(product, "/integration/review/\(ada.id)/mutual-friends/\(bob.id)").json
            #expect(turned["mutualFriends"] == mutual["mutualFriends"])
        }
    }

    // S0-86 to S0-89
    @Test func `preferences have the document's defaults until the user changes them`() async throws {
        try await withProduct { product in
            let ada = try await TestUser.register(at: product.client)
            let path = "/integration/notification/\(ada.id)/preferences"
            let preferences = try await ask(product, path).json
            #expect(preferences.names == ["userId", "preferences", "emailNotifications", "updatedAt"])
            let kinds = preferences["preferences"]
            for (name, methods) in [
                ("friendRequests", ["push", "email"]), ("friendRequestAccepted", ["push"]), ("newMessages", ["push"]),
                ("achievements", ["push", "email"]),
            ] {
                #expect(kinds[name]["enabled"] == .bool(true))
                #expect(kinds[name]["methods"].array?.compactMap(\.text) == methods)
            }
            #expect(kinds["newMessages"]["onlyWhenOffline"] == .bool(true))
            for unknown in ["01900000-0000-7000-8000-000000000000"] {
                for path in [
                    "/integration/notification/\(unknown)/preferences", "/integration/achievement/\(unknown)/friends",
                    "/integration/review/\(ada.id)/connections/\(unknown)",
                    "/integration/review/\(unknown)/mutual-friends/\(ada.id)",
                ] {
                    expectSocialServiceError(try await ask(product, path), 404, "USER_NOT_FOUND")
                }
            }
            expectSocialServiceError(
                try await ask(product, "/integration/notification/x/preferences"), 400, "VALIDATION_ERROR")
        }
    }

    // S0-77, S0-78, S0-133
    @Test func `a reported first friend notifies the user once`() async throws {
        try await withProduct(with: [.api, .notifications]) { product in
            let (ada, bob) = (
                try await TestUser.register(at: product.client), try await TestUser.register(at: product.client)
            )
            let json = #"{"userId":"\#(ada.id)","friendId":"\#(bob.id)","timestamp":"2024-03-15T10:30:00Z"}"#
            for _ in 0..<3 {
                let answer = try await report(product, json)
                #expect(answer.status == 200, "\(answer.text)")
            }
            try await eventually("the jobs are done") {
                try await product.texts("SELECT id::text FROM outbox WHERE kind = 'notify'").isEmpty
            }
            let told = try await eventually("they are told") {
                let rows = try await product.texts(
                    "SELECT kind || ' ' || title FROM notifications WHERE user_id = $1::text::uuid", [ada.id])
                return rows.isEmpty ? nil : rows
            }
            #expect(told == ["achievement First friend"])
            for wrong in [
                "{}", #"{"userId":"\#(ada.id)"}"#, json.replacing("2024-03-15T10:30:00Z", with: "yesterday"),
                json.replacing(ada.id, with: "x"),
            ] {
                expectSocialServiceError(try await report(product, wrong), 400, "VALIDATION_ERROR")
            }
        }
    }

    private func report(_ product: Product, _ json: String) async throws -> ProductAnswer {
        try await product.client.ask(
            "POST", "/integration/achievement/webhook/first-friend", json: json,
            headers: ["x-internal-token": Self.token])
    }

    private func ask(_ product: Product, _ path: String) async throws -> ProductAnswer {
        try await product.client.get(path, headers: ["x-internal-token": Self.token])
    }

    private func withProduct(
        with kinds: [ProductProcess.Kind] = [.api], _ body: (Product) async throws -> Void
    ) async throws {
        var options = ProductOptions()
        options.kinds = kinds
        options.isRateLimited = true
        options.environment = ["INTERNAL_API_TOKEN": Self.token, "RATE_LIMITS": "count"]
        try await Product.run(options, body)
    }
}
