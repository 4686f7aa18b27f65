import TestSupport
import Testing

/// A few users who make requests, friends, messages, marks and blocks at random. The same seed makes the same choices.
struct RandomWorld {
    let product: Product
    let users: [TestUser]
    private var random: SeededRandom
    private var messageNumber = 0

    /// Begins every user name of this world.
    let prefix: String

    init(_ count: Int, seed: UInt64, in product: Product) async throws {
        self.product = product
        random = SeededRandom(seed)
        prefix = "w\(TestUser.newName().dropFirst().prefix(8))"
        var users: [TestUser] = []
        for number in 0..<count {
            let name = "\(prefix)\(number)"
            let answer = try await product.client.post(
                "/auth/register", json: TestUser.registration(email: "\(name)@example.com", name))
            users.append(try TestUser(answer, password: TestUser.usualPassword))
        }
        self.users = users
    }

    /// Acts at random, and returns when the notifications of it all are created.
    mutating func act(times: Int) async throws {
        for _ in 0..<times { try await act() }
        try await eventually("all notifications are created") {
            try await product.texts("SELECT id::text FROM outbox WHERE kind = 'notify' AND state = 'queued'").isEmpty
        }
    }

    /// Whether a command is refused by the state of the world is for the product to decide.
    private mutating func act() async throws {
        let (one, other) = pair()
        let client = product.client
        switch Int.random(in: 0..<19, using: &random) {
        case 0...4: _ = try await one.sendFriendRequest(to: other, at: client)
        case 5...8:
            messageNumber += 1
            let sent = try await one.sendMessage("message \(messageNumber)", to: other, at: client)
            if let id = sent.json["id"].text, Bool.random(using: &random) {
                _ = try await other.social("PUT", "/messages/\(id)/read", at: client)
            }
        case 9: _ = try await one.social("GET", "/messages/conversations/\(other.id)", at: client)
        case 10: _ = try await one.social("PUT", "/status/online", json: "{}", at: client)
        case 11:
            let json = #"{"userId":"\#(one.id)","friendId":"\#(other.id)","timestamp":"2026-11-30T10:00:00Z"}"#
            _ = try await client.ask(
                "POST", "/integration/achievement/webhook/first-friend", json: json, headers: Self.serviceHeaders)
        case 12, 13:
            _ = try await client.ask("POST", "/social/follow/\(other.id)", token: one.accessToken)
        case 14: _ = try await client.ask("DELETE", "/social/unfollow/\(other.id)", token: one.accessToken)
        case 15...17: _ = try await one.social("DELETE", "/friends/block/\(other.id)", at: client)
        default: #expect(try await one.social("POST", "/friends/block/\(other.id)", at: client).status == 204)
        }
    }

    private mutating func pair() -> (TestUser, TestUser) {
        let (one, other) = random.pair(below: users.count)
        return (users[one], users[other])
    }

    static let internalToken = "an internal token for tests"
    static let serviceHeaders = ["x-internal-token": internalToken]
}
