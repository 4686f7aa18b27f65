import TestSupport
import Testing

/// S1-14, S1-19, S1-57, S1-61, S1-63, S1-100, S1-101: the limits of the document, exactly, in its envelope; and none
/// besides (CONTRACT, S1-66).
@Suite(.showingOutput) struct MusiciansLimitTests {
    private static var options: ProductOptions {
        var options = ProductOptions()
        options.isRateLimited = true
        options.kinds = [.api]
        return options
    }

    @Test func `each limit of the document admits as many as it says, by itself`() async throws {
        try await Product.run(Self.options) { product in
            let client = product.client
            var users: [TestUser] = []
            for _ in 0..<5 { users.append(try await TestUser.register(at: client)) }
            let name = TestUser.newName()
            let sixth = TestUser.registration(email: "\(name)@example.com", name)
            try await expectRefused { try await client.post("/auth/register", json: sixth) }
            // Logins, uploads of each kind and registrations do not count together.
            let user = users[0]
            for _ in 0..<5 { _ = try await user.logIn(at: client) }
            try await expectRefused { try await client.post("/auth/login", json: TestUser.login(email: user.email)) }
            for (kind, limit) in [("avatar", 10), ("track", 5), ("cover", 10)] {
                for _ in 0..<limit {
                    expectMusiciansError(try await user.upload(kind, [1], called: "a", to: client), 400)
                }
                try await expectRefused { try await user.upload(kind, [1], called: "a", to: client) }
                // By the user, not the address.
                try await expectRefused { try await user.upload(kind, [1], called: "a", to: client.from("127.0.0.3")) }
                expectMusiciansError(try await users[1].upload(kind, [1], called: "a", to: client), 400)
            }
            // By the address.
            _ = try await TestUser.register(at: client.from("127.0.0.3"))
            _ = try await user.logIn(at: client.from("127.0.0.3"))
        }
    }

    @Test func `reads, follows and changes of profiles fall under no limit, nor do the ranges of a player`()
        async throws
    {
        try await Product.run(Self.options) { product in
            let client = product.client
            let users = [try await TestUser.register(at: client), try await TestUser.register(at: client)]
            let (ada, bob) = (users[0], users[1])
            let track = try await ada.upload("track", Recording.wav(byteCount: 9_000), called: "a.wav", to: client)
            let id = try #require(track.json["file"]["fileId"].text)
            for token in [bob.accessToken, nil] {
                for path in [
                    "/media/track/\(id)", "/media/file/\(id)", "/users/\(ada.id)/profile", "/users?limit=1",
                    "/users/\(ada.username)/tracks", "/social/followers/\(ada.id)", "/social/profile/\(ada.username)",
                ] {
                    let statuses = try await withThrowingTaskGroup { group in
                        for number in 0..<130 {
                            let headers = ["Range": "bytes=\(number)-\(number + 9)"]
                            group.addTask { try await client.ask("GET", path, token: token, headers: headers).status }
                        }
                        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
                    }
                    #expect(statuses == (path.hasPrefix("/media/") ? [206] : [200]), "\(path)")
                }
            }
            for _ in 0..<110 {
                let followed = try await client.post("/social/follow/\(ada.id)", json: "{}", token: bob.accessToken)
                #expect(followed.status == 200)
                #expect(followed.headers.keys.allSatisfy { !$0.hasPrefix("x-ratelimit") })
            }
            for number in 0..<110 {
                let changed = try await client.ask(
                    "PUT", "/users/\(ada.id)/profile", json: "{\"bio\":\"\(number)\"}", token: ada.accessToken)
                #expect(changed.status == 200)
            }
        }
    }

    /// Expects the document's refusal.
    private func expectRefused(
        sourceLocation: SourceLocation = #_sourceLocation, _ ask: () async throws -> ProductAnswer
    ) async throws {
        let answer = try await ask()
        expectMusiciansError(answer, 429, sourceLocation: sourceLocation)
        let seconds = answer.headers["retry-after"].flatMap { Int($0) } ?? 0
        #expect((1...60).contains(seconds), sourceLocation: sourceLocation)
    }
}
