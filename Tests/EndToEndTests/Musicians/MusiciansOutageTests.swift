import Chassis
import Foundation
import TestSupport
import Testing

/// S1-39, S1-102: while a part of the product is away, the others go on, and what cannot be answered says so.
@Suite(.showingOutput) struct MusiciansOutageTests {
    private static let pool = BlockingPool(name: "readers", threads: 4, queueLimit: 100)

    /// A musician with a track and an avatar, whom another one follows.
    private struct Scene {
        let musician: TestUser
        let follower: TestUser
        let track: String

        init(at client: ProductClient) async throws {
            (musician, follower) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let song = Recording.wav(byteCount: 20_000)
            let answer = try await musician.upload("track", song, called: "a.wav", to: client)
            track = try #require(answer.json["file"]["fileId"].text, "\(answer.text)")
            try await follow(at: client)
        }

        func follow(at client: ProductClient) async throws {
            let answer = try await client.post(
                "/social/follow/\(musician.id)", json: "{}", token: follower.accessToken)
            #expect(answer.status == 200, "\(answer.text)")
        }

        /// What reads nothing but PostgreSQL and the disk.
        var reads: [String] {
            [
                "/users", "/users?limit=1", "/users/\(musician.id)/profile", "/users/username/\(musician.username)",
                "/users/\(musician.username)/public", "/users/\(musician.username)/tracks",
                "/users/\(musician.username)/audio-files", "/social/followers/\(musician.id)",
                "/social/following/\(follower.id)", "/social/isFollowing/\(follower.id)/\(musician.id)",
                "/social/profile/\(musician.username)", "/social/feed?userId=\(follower.id)", "/media/track/\(track)",
                "/media/file/\(track)",
            ]
        }

        func expectReads(at client: ProductClient) async throws {
            for path in reads {
                let answer = try await client.ask("GET", path, token: follower.accessToken)
                #expect(answer.status == 200, "\(path): \(answer.text.prefix(300))")
            }
        }
    }

    @Test func `without the workers of pictures and recordings everything else goes on, and they catch up`()
        async throws
    {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let client = product.client
            let scene = try await Scene(at: client)
            try await scene.expectReads(at: client)
            let musician = try await scene.musician.logIn(at: client)
            // An upload is accepted, without what only a worker knows.
            let avatar = try await musician.upload("avatar", Picture.jpeg, called: "me.jpg", to: client)
            #expect(avatar.status == 200 && avatar.json["file"]["metadata"] == .null, "\(avatar.text)")
            let profile = try await client.ask(
                "PUT", "/users/\(musician.id)/profile", json: #"{"bio":"on tour"}"#, token: musician.accessToken)
            #expect(profile.json["data"]["bio"].text == "on tour")
            #expect(profile.json["data"]["stats"]["tracksCount"].number == 1)
            for kind in [ProductProcess.Kind.images, .audio] { try await product.add(kind) }
            try await eventually("the picture is shown and the recording read", within: 60) {
                let files = try await client.get("/users/\(musician.username)/tracks").json["data"].array ?? []
                return try await client.get("/media/avatar/\(musician.id)").status == 200
                    && files.first?["metadata"]["duration"].number != nil
            }
        }
    }

    @Test func `without Redis reads, logins, follows and uploads go on`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        options.isRateLimited = true
        try await Product.run(options) { product in
            let client = product.client
            let scene = try await Scene(at: client)
            await redis.kill()
            try await scene.expectReads(at: client)
            _ = try await scene.musician.logIn(at: client)
            _ = try await TestUser.register(at: client.from("127.0.0.2"))
            let refresh = "{\"refreshToken\":\"\(scene.follower.refreshToken)\"}"
            #expect(try await client.post("/auth/refresh", json: refresh).status == 200)
            let unfollow = try await client.ask(
                "DELETE", "/social/unfollow/\(scene.musician.id)", token: scene.follower.accessToken)
            #expect(unfollow.status == 200, "\(unfollow.text)")
            try await scene.follow(at: client)
            let song = try await scene.musician.upload(
                "track", Recording.wav(byteCount: 4_000), called: "b.wav", to: client)
            #expect(song.status == 200, "\(song.text)")
            let profile = try await client.get("/users/\(scene.musician.id)/profile")
            #expect(profile.json["data"]["stats"]["tracksCount"].number == 2)
        }
    }

    @Test func `without PostgreSQL the list of users is the document's 500, and every answer has its envelope`()
        async throws
    {
        try await withDatabaseServer { server in
            try await server.start()
            var options = ProductOptions()
            options.databaseURL = server.url
            options.kinds = [.api]
            try await Product.run(options) { product in
                let client = product.client
                let scene = try await Scene(at: client)
                try await server.stop()
                for path in ["/users", "/users?excludeUserId=\(scene.follower.id)", "/users?limit=5"] {
                    for token in [scene.follower.accessToken, nil] {
                        let answer = try await client.ask("GET", path, token: token)
                        expectMusiciansError(
                            answer, 500, "User Service is temporarily unavailable. Please try again later.")
                        #expect(answer.headers["transfer-encoding"] == nil)
                    }
                }
                // What is wrong with a request is said all the same.
                expectMusiciansError(try await client.get("/users?limit=x"), 400)
                for path in scene.reads where !path.hasPrefix("/users?") && path != "/users" {
                    let answer = try await client.ask("GET", path, token: scene.follower.accessToken)
                    expectMusiciansError(answer, 503)
                    #expect(answer.headers["retry-after"] != nil && !answer.text.contains("PostgreSQL"))
                }
                try await server.start()
                try await eventually("it is back", within: 30) { try await client.get("/users").status == 200 }
                try await scene.expectReads(at: client)
            }
        }
    }

    // A list that looks whole and is not would be worse than none.
    @Test func `a list of users that PostgreSQL leaves in its middle is cut off for every client to see`() async throws
    {
        try await withDatabaseServer { server in
            try await server.start()
            var options = ProductOptions()
            options.databaseURL = server.url
            options.kinds = [.api]
            try await Product.run(options) { product in
                // More than the buffers between the two hold.
                _ = try await product.texts(
                    """
                    WITH new AS (
                        INSERT INTO accounts (id, email, username)
                        SELECT gen_random_uuid(), number || '@example.com', 'user' || number
                        FROM generate_series(1, 12000) AS number
                        RETURNING id
                    ), told AS (
                        INSERT INTO profiles (user_id, bio) SELECT id, repeat('a biography ', 160) FROM new
                    )
                    SELECT count(*)::text FROM new
                    """)
                let whole = try await product.client.get("/users")
                #expect(whole.json["profiles"].array?.count == 12_000)
                let port = product.client.port
                for version in ["1.1", "1.0"] {
                    let reader = try await Self.pool.run {
                        let socket = try BlockingSocket(port: port, receiveBuffer: 65_536)
                        try socket.send(Array("GET /users HTTP/\(version)\r\nHost: localhost\r\n\r\n".utf8))
                        return (socket, try socket.receive())
                    }
                    #expect(String(decoding: reader.1.prefix(15), as: UTF8.self) == "HTTP/1.1 200 OK")
                    try await server.stop()
                    let (isReset, bytes) = try await Self.pool.run {
                        var bytes = reader.1
                        while true {
                            do throws(BlockingSocket.Failure) {
                                let piece = try reader.0.receive()
                                if piece.isEmpty { return (false, bytes) }
                                bytes += piece
                            } catch {
                                return (error == .system(ECONNRESET), bytes)
                            }
                        }
                    }
                    // Also without chunks, where the end of the connection is the end of the response.
                    #expect(isReset, "HTTP/\(version) ended after \(bytes.count) bytes as if it was whole")
                    #expect(bytes.count < whole.body.count)
                    #expect(
                        !bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) && !bytes.suffix(2).elementsEqual("]}".utf8))
                    try await server.start()
                    try await eventually("it is back", within: 30) {
                        try await product.client.get("/users?limit=1").status == 200
                    }
                }
            }
        }
    }
}
