import TestSupport
import Testing

/// S0-37 for a user with so many friends that their presence is cached in memory.
@Suite(.showingOutput)
struct ManyFriendsTests {
    private static let many = 300

    @Test func `each change of presence, visibility or friendship shows in the next answer`() async throws {
        try await withProduct { product in
            let client = product.client
            let ada = try await user(withManyFriendsIn: product)
            let (bob, cyd, dee) = (
                try await TestUser.register(at: client), try await TestUser.register(at: client),
                try await TestUser.register(at: client)
            )
            for friend in [bob, cyd, dee] { try await ada.befriend(friend, at: client) }
            let expect = { (online: [TestUser], offline: Int) in
                let list = try await ada.social("GET", "/friends?status=online", at: client).json
                #expect(list["friends"].array?.map { $0["friendId"].text } == online.map(\.id))
                #expect(list["pagination"]["total"].number == Double(online.count))
                let others = try await ada.social("GET", "/friends?status=offline", at: client).json
                #expect(others["pagination"]["total"].number == Double(offline))
            }
            try await expect([], Self.many + 3)
            _ = try await bob.social("PUT", "/status/online", at: client)
            try await expect([bob], Self.many + 2)
            _ = try await cyd.social("PUT", "/status/away", at: client)
            try await expect([bob], Self.many + 1)
            _ = try await dee.social("PUT", "/status/online", json: #"{"currentGame":"Go \"19\""}"#, at: client)
            try await expect([dee, bob], Self.many)
            let second = try await ada.social("GET", "/friends?status=online&limit=1&page=2", at: client).json
            #expect(second["friends"].array?.map { $0["friendId"].text } == [bob.id])
            // X-17
            _ = try await bob.ask("PUT", "/users/me", json: #"{"showOnlineStatus":false}"#, at: client)
            try await expect([dee], Self.many + 1)
            _ = try await bob.ask("PUT", "/users/me", json: #"{"showOnlineStatus":true}"#, at: client)
            try await expect([dee, bob], Self.many)
            _ = try await ada.social("DELETE", "/friends/\(dee.id)", at: client)
            try await expect([bob], Self.many)
            try await ada.befriend(dee, at: client)
            try await expect([dee, bob], Self.many)
            _ = try await bob.social("PUT", "/status/offline", at: client)
            try await expect([dee], Self.many + 1)
            _ = try await ada.social("POST", "/friends/block/\(dee.id)", at: client)
            try await expect([], Self.many + 1)
            #expect(try await reads("hit", of: product) > 10)
        }
    }

    @Test func `all pages together hold every friend once`() async throws {
        try await withProduct { product in
            let ada = try await user(withManyFriendsIn: product)
            let all = try await product.texts(
                "SELECT friend_id::text FROM friends WHERE user_id = $1::text::uuid ORDER BY accepted_at DESC, friend_id",
                [ada.id])
            var seen: [String] = []
            for page in 1...7 {
                let list = try await ada.social(
                    "GET", "/friends?status=offline&limit=50&page=\(page)", at: product.client
                ).json
                #expect(list["pagination"]["totalPages"].number == 6)
                seen += (list["friends"].array ?? []).compactMap { $0["friendId"].text }
            }
            #expect(seen == all)
            #expect(try await reads("hit", of: product) >= 2)
        }
    }

    @Test func `presence that Redis lost is offline, and a filtered page without Redis is refused`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis) { product in
            let client = product.client
            let ada = try await user(withManyFriendsIn: product)
            let bob = try await TestUser.register(at: client)
            try await ada.befriend(bob, at: client)
            let online = {
                try await ada.social("GET", "/friends?status=online", at: client).json["pagination"]["total"].number
            }
            let says = { (method: String, path: String) in
                try await eventually("they can say how they are there") {
                    try await bob.social(method, path, at: client).status == 200
                }
            }
            try await says("POST", "/status/heartbeat")
            for _ in 0..<4 { #expect(try await online() == 1) }
            try await redis.flush()
            for _ in 0..<4 { #expect(try await online() == 0) }
            try await says("POST", "/status/heartbeat")
            for _ in 0..<4 { #expect(try await online() == 1) }
            await redis.kill()
            #expect(try await online() == 0)
            try await redis.restart()
            try await says("POST", "/status/heartbeat")
            try await eventually("they are seen") { try await online() == 1 }
            try await says("PUT", "/status/offline")
            for _ in 0..<4 { #expect(try await online() == 0) }
        }
    }

    @Test func `after many concurrent changes every reader sees the current presence`() async throws {
        try await withProduct { product in
            let client = product.client
            let ada = try await user(withManyFriendsIn: product)
            let friends = try await register(8, at: client)
            for friend in friends { try await ada.befriend(friend, at: client) }
            try await withThrowingTaskGroup { group in
                for (number, friend) in friends.enumerated() {
                    group.addTask {
                        for _ in 0..<20 {
                            _ = try await friend.social("PUT", "/status/online", at: client)
                            _ = try await friend.social("PUT", "/status/offline", at: client)
                        }
                        if number % 2 == 0 { _ = try await friend.social("PUT", "/status/online", at: client) }
                    }
                }
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<60 {
                            let list = try await ada.social("GET", "/friends?status=online", at: client).json
                            #expect(list["pagination"]["total"].number == Double(list["friends"].count))
                        }
                    }
                }
                try await group.waitForAll()
            }
            for _ in 0..<4 {
                let list = try await ada.social("GET", "/friends?status=online", at: client).json["friends"]
                let expected = [6, 4, 2, 0].map { friends[$0].id }
                #expect(list.array?.map { $0["friendId"].text } == expected)
            }
        }
    }

    // S0-41 to S0-43: counted from the side of the user with fewer friends.
    @Test func `search counts mutual friends, whichever of the two users has many friends`() async throws {
        try await withProduct { product in
            let client = product.client
            let ada = try await user(withManyFriendsIn: product)
            let (bob, cyd) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(cyd, at: client)
            try await bob.befriend(cyd, at: client)
            for (one, other, relation, mutual) in [
                (ada, bob, "none", 1.0), (bob, ada, "none", 1), (ada, cyd, "friends", 0), (cyd, ada, "friends", 0),
            ] {
                let found = try await one.social("GET", "/friends/search?q=\(other.username)", at: client).json[0]
                #expect(found["userId"].text == other.id)
                #expect(found["friendshipStatus"].text == relation)
                #expect(found["mutualFriends"].number == mutual)
            }
            let dee = try await TestUser.register(at: client)
            let count = {
                let found = try await ada.social("GET", "/friends/search?q=\(bob.username)", at: client).json[0]
                return found["mutualFriends"].number
            }
            try await ada.befriend(dee, at: client)
            #expect(try await count() == 1)
            try await bob.befriend(dee, at: client)
            #expect(try await count() == 2)
            _ = try await ada.social("DELETE", "/friends/\(cyd.id)", at: client)
            #expect(try await count() == 1)
        }
    }

    // MARK: Support

    /// Registers a user whose friends are rows alone.
    private func user(withManyFriendsIn product: Product) async throws -> TestUser {
        let ada = try await TestUser.register(at: product.client)
        let friends = try await product.texts(
            """
            WITH users AS (
                INSERT INTO accounts (id, email, username)
                SELECT gen_random_uuid(), number || '@many.example.com', 'many' || number
                FROM generate_series(1, $2::text::integer) AS number
                RETURNING id
            ), profiles AS (
                INSERT INTO profiles (user_id) SELECT id FROM users
            ), counted AS (
                UPDATE profiles SET friends_count = $2::text::integer WHERE user_id = $1::text::uuid
            )
            INSERT INTO friends (user_id, friend_id, id, requested_by, created_at, accepted_at)
            SELECT one, other, request, one, now(), now() - interval '1 day'
            FROM (SELECT id, gen_random_uuid() AS request FROM users) AS friend,
                LATERAL (VALUES ($1::text::uuid, friend.id), (friend.id, $1::text::uuid)) AS direction (one, other)
            RETURNING id::text
            """, [ada.id, "\(Self.many)"])
        #expect(friends.count == 2 * Self.many)
        return ada
    }

    /// How many reads of online friends were hits or misses of the cache.
    private func reads(_ result: String, of product: Product) async throws -> Int {
        let text = try await product.client.get("/metrics").text
        let line = text.split(separator: "\n").first {
            $0.hasPrefix("api_online_friends_reads_total{") && $0.contains(#"result="\#(result)""#)
        }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    private func withProduct(on redis: RedisServer? = nil, _ body: (Product) async throws -> Void) async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        options.redisURL = redis?.url
        try await Product.run(options, body)
    }
}
