import TestSupport
import Testing

/// A few musicians and an administrator, who follow, befriend, block, publish, change their settings, and close and
/// open their accounts at random. The same seed makes the same choices.
struct PrivacyWorld {
    let product: Product
    /// The last one is an administrator.
    private(set) var users: [TestUser] = []
    /// Begins every user name of this world.
    let prefix: String
    /// Who said to be online, and has not gone since.
    private(set) var online: Set<String> = []
    /// What each profile says that only some may read.
    private(set) var secrets: [String: String] = [:]
    private var closed: Set<String> = []
    private var random: SeededRandom
    private var number = 0

    var administrator: TestUser { users[users.count - 1] }
    /// Those who can act.
    var open: [TestUser] { users.filter { !closed.contains($0.id) } }

    init(_ count: Int, seed: UInt64, in product: Product) async throws {
        self.product = product
        random = SeededRandom(seed)
        prefix = "w\(TestUser.newName().dropFirst().prefix(8))"
        for number in 0...count {
            let name = "\(prefix)\(number)"
            let answer = try await product.client.post(
                "/auth/register", json: TestUser.registration(email: "\(name)@example.com", name))
            users.append(try TestUser(answer, password: TestUser.usualPassword))
        }
        let made = try await product.run("API", ["make-admin", administrator.username])
        #expect(made.exit == .code(0), "\(made.output)")
        for user in users {
            try await tellSecret(of: user, isPrivate: Bool.random(using: &random), showsStatus: true)
            try await publish(by: user)
            _ = try await user.upload("file", Recording.wav(byteCount: 4_000), called: "talk.wav", to: product.client)
            _ = try await user.upload("avatar", Picture.jpeg, called: "me.jpg", to: product.client)
            _ = try await user.upload(
                "cover", Picture.jpeg, called: "cover.jpg", ["type": "profile"], to: product.client)
        }
    }

    /// Acts at random, and returns when what the workers have to do for it is done.
    mutating func act(times: Int) async throws {
        for _ in 0..<times { try await act() }
        if closed.isEmpty { try await close(users[Int.random(in: 0..<users.count - 1, using: &random)]) }
        try await eventually("the workers have done it all", within: 60) {
            try await product.texts(
                """
                SELECT id::text FROM outbox
                WHERE (queue IN ('images', 'audio') OR kind LIKE '%-timelines') AND state IN ('queued', 'waiting')
                """
            ).isEmpty
        }
    }

    /// Whether a command is refused by the state of the world is for the product to decide.
    private mutating func act() async throws {
        let (one, other) = pair()
        let client = product.client
        switch Int.random(in: 0..<40, using: &random) {
        case 0...9: _ = try await client.ask("POST", "/social/follow/\(other.id)", token: one.accessToken)
        case 10...13: _ = try await client.ask("DELETE", "/social/unfollow/\(other.id)", token: one.accessToken)
        case 14...18:
            _ = try await one.sendFriendRequest(to: other, at: client)
            _ = try await other.sendFriendRequest(to: one, at: client)
        case 19...20: _ = try await one.social("POST", "/friends/block/\(other.id)", at: client)
        case 21...23: _ = try await one.social("DELETE", "/friends/block/\(other.id)", at: client)
        case 24...29:
            try await tellSecret(
                of: one, isPrivate: Bool.random(using: &random), showsStatus: Bool.random(using: &random))
        case 30...32:
            online.insert(one.id)
            #expect(try await one.social("PUT", "/status/online", json: "{}", at: client).status == 200)
        case 33:
            online.remove(one.id)
            #expect(try await one.social("PUT", "/status/offline", at: client).status == 200)
        case 34: try await publish(by: one)
        case 35: try await deleteTrack(of: one)
        case 36: try await listen(one, to: other)
        case 37: try await close(one)
        default: try await reopen()
        }
    }

    private mutating func pair() -> (TestUser, TestUser) {
        let open = open
        let (one, other) = random.pair(below: open.count)
        return (open[one], open[other])
    }

    /// Changes a profile so that its details are different from those of any other.
    private mutating func tellSecret(of user: TestUser, isPrivate: Bool, showsStatus: Bool) async throws {
        number += 1
        let secret = "secret-\(number)-of-\(prefix)"
        secrets[user.id] = secret
        let json = """
            {"bio":"\(secret)","location":"\(secret)","genres":["\(secret)"],"instruments":["\(secret)"],
             "socialLinks":{"vk":"https://vk.com/\(secret)"},
             "preferences":{"privateProfile":\(isPrivate),"showOnlineStatus":\(showsStatus)}}
            """
        let answer = try await product.client.ask(
            "PUT", "/users/\(user.id)/profile", json: json, token: user.accessToken)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private mutating func publish(by user: TestUser) async throws {
        number += 1
        let track = try await user.upload(
            "track", Recording.wav(byteCount: 6_000, seed: number), called: "song-\(number).wav", to: product.client)
        #expect(track.status == 200, "\(track.text)")
        let cover = try await user.upload("cover", Picture.jpeg, called: "cover.jpg", to: product.client)
        #expect(cover.status == 200, "\(cover.text)")
    }

    private mutating func deleteTrack(of user: TestUser) async throws {
        let tracks = try await product.texts(
            "SELECT id::text FROM media WHERE user_id = $1::text::uuid AND purpose = 'track' ORDER BY id", [user.id])
        guard let track = tracks.randomElement(using: &random) else { return }
        #expect(try await product.client.ask("DELETE", "/media/track/\(track)", token: user.accessToken).status == 200)
    }

    private mutating func listen(_ one: TestUser, to other: TestUser) async throws {
        let tracks = try await product.texts(
            "SELECT id::text FROM media WHERE user_id = $1::text::uuid AND purpose = 'track' ORDER BY id", [other.id])
        guard let track = tracks.randomElement(using: &random) else { return }
        _ = try await product.client.ask("GET", "/media/track/\(track)", token: one.accessToken)
    }

    /// Not of the administrator, who opens it again, and never of more than two.
    private mutating func close(_ user: TestUser) async throws {
        guard user.id != administrator.id, closed.count < 2 else { return try await reopen() }
        #expect(try await user.ask("POST", "/users/me/deactivate", at: product.client).status == 200)
        closed.insert(user.id)
        online.remove(user.id)
    }

    private mutating func reopen() async throws {
        guard let user = closed.sorted().randomElement(using: &random) else { return }
        let answer = try await administrator.ask(
            "PUT", "/admin/users/\(user)/status", json: #"{"isActive":true}"#, at: product.client)
        #expect(answer.status == 200, "\(answer.text)")
        closed.remove(user)
        guard let index = users.firstIndex(where: { $0.id == user }) else { return }
        users[index] = try await users[index].logIn(at: product.client)
    }
}
