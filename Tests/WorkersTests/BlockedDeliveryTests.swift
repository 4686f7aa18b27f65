import Domain
import Foundation
import Jobs
import Storage
import TestSupport
import Testing

@testable import Workers

/// A message of one user to another, by their numbers.
private struct Event {
    let sender: Int
    let receiver: Int

    /// Its users as blocker and blocked, in both directions.
    var pairs: Set<[Int]> { [[sender, receiver], [receiver, sender]] }
}

/// S0-142: what is delivered after a block names neither user to the other, however long ago it was caused. Random
/// messages of a few users, random blocks while their deliveries wait, and every push and mail compared with the rule.
@Suite("Deliveries after blocks", .database)
struct BlockedDeliveryTests {
    private static let names = ["amina", "boris", "clara", "david", "elena"]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `pushes and mails name no user of whom their receiver sees nothing`(seed: UInt64) async throws {
        let hook = try await WebHook.start()
        try await PoolHarness.open(["PUSH_WEBHOOK_URL": "\(hook.url)/push"]) { pools in
            var random = SeededRandom(seed)
            let users = try await Self.register(pools, hook)
            var events: [Event] = []
            var blocks: Set<[Int]> = []
            for round in 0..<3 {
                for _ in 0..<12 {
                    let (sender, receiver) = random.pair(below: users.count)
                    events.append(Event(sender: sender, receiver: receiver))
                    let message = try await pools.message(from: users[sender], to: users[receiver])
                    let job = Notify(.newMessage, to: users[receiver], by: users[sender], entity: message)
                    // The notifications of the last round are not even created before its blocks.
                    if round < 2 { try await pools.run(job) } else { try await pools.enqueue(job) }
                }
                for _ in 0..<2 {
                    let (blocker, blocked) = random.pair(below: users.count)
                    _ = try await BlockStore(pools.context.database).block(users[blocked], by: users[blocker])
                    blocks.insert([blocker, blocked])
                }
            }
            try await pools.runAll()
            // A digest that finds nothing to mail enqueues no other.
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
            let visible = events.filter { blocks.isDisjoint(with: $0.pairs) }
            #expect(!visible.isEmpty && visible.count < events.count)
            try await Self.expectPushes(of: visible, users, hook)
            Self.expectMails(of: visible, pools)
        }
    }

    @Test func `what a block kept from a mail is not mailed after the block`() async throws {
        try await PoolHarness.open { pools in
            let (ada, eve) = (try await pools.register("ada"), try await pools.register("eve"))
            let bob = try await pools.register("bob")
            try await pools.choose(bob) { $0[.newMessages].methods = [.email] }
            let blocks = BlockStore(pools.context.database)
            let hidden = try await pools.message(from: ada, to: bob)
            try await pools.run(Notify(.newMessage, to: bob, by: ada, entity: hidden))
            _ = try await blocks.block(ada, by: bob)
            try await pools.runAll()
            #expect(pools.mailbox.mail(to: "bob@b.example").isEmpty)
            #expect(try await blocks.unblock(ada, by: bob))
            let shown = try await pools.message(from: eve, to: bob)
            try await pools.enqueue(Notify(.newMessage, to: bob, by: eve, entity: shown))
            try await pools.runAll()
            let mails = pools.mailbox.mail(to: "bob@b.example").map { DecodedMail($0).text }
            #expect(mails.count == 1 && mails[0].contains("eve") && !mails[0].contains("ada"), "\(mails)")
            // The inbox has it again.
            #expect(try await pools.inbox(bob).map(\.actorName) == ["eve", "ada"])
        }
    }

    /// Registers the users, each with a browser, whom messages reach by every method.
    private static func register(_ pools: PoolHarness, _ hook: WebHook) async throws -> [UserID] {
        let keys = try await hook.makeKeys()
        var users: [UserID] = []
        for name in names {
            let user = try await pools.register(name)
            users.append(user)
            try await pools.choose(user) {
                $0[.newMessages].methods = [.push, .email]
                $0[.newMessages].onlyWhenOffline = false
            }
            let browser = PushSubscriptions.Subscription(
                id: PoolHarness.id(), endpoint: "\(hook.url)/browser/\(name)",
                publicKey: try #require(bytes(keys["p256dh"])), secret: try #require(bytes(keys["auth"])))
            _ = try await PushSubscriptions(pools.context.database).add(browser, of: user)
        }
        return users
    }

    /// Decodes base64url.
    private static func bytes(_ json: ProductJSON) -> [UInt8]? {
        let text = (json.text ?? "").replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { Array($0) }
    }

    private static func expectPushes(of visible: [Event], _ users: [UserID], _ hook: WebHook) async throws {
        let expected = visible.map { event in
            "\(users[event.receiver]) \(users[event.sender]) \(names[event.sender]) sent you a message"
        }
        let requests = try await hook.kept()
        for path in ["/push", "/browser/"] {
            let bodies = requests.filter { $0["path"].text?.hasPrefix(path) == true }.compactMap { $0["body"].text }
            let seen = try bodies.map { body in
                let push = try JSONDecoder().decode(ProductJSON.self, from: Data(body.utf8))
                return ["userId", "actorId", "title"].map { push[$0].text ?? "" }.joined(separator: " ")
            }
            #expect(seen.sorted() == expected.sorted(), "\(path)")
        }
    }

    private static func expectMails(of visible: [Event], _ pools: PoolHarness) {
        for (receiver, name) in names.enumerated() {
            let mails = pools.mailbox.mail(to: "\(name)@b.example").map { DecodedMail($0).text }.joined()
            for (sender, other) in names.enumerated() where sender != receiver {
                let isExpected = visible.contains { $0.receiver == receiver && $0.sender == sender }
                #expect(mails.contains(other) == isExpected, "\(name): \(mails)")
            }
        }
    }
}
