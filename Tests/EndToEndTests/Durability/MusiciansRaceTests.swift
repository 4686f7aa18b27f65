import Foundation
import Synchronization
import TestSupport
import Testing

/// S1-95, S1-98, S1-99, S1-159, S1-160: counters equal rows after racing commands with processes killed meanwhile. The
/// fault test does the same for longer, with every kind of fault (scripts/fault-test).
@Suite(.showingOutput) struct MusiciansRaceTests {
    @Test func `followers, follows, tracks and plays are counted right while processes are killed`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .audio, .counters, .scheduler, .maintenance]
        try await Product.run(options) { product in
            let other = try await product.add(.api)
            let ports = [product.client, other.client]
            let users = try await register(6, at: product.client)
            for user in users { _ = try await upload(by: user, at: product.client) }
            let left = CommandsLeft()
            try await withThrowingTaskGroup { group in
                for task in 0..<8 {
                    group.addTask { await race(UInt64(task), users, until: left, at: ports, product) }
                }
                for process in [other, product.process(.counters), other, product.process(.audio), other] {
                    try await Task.sleep(for: .milliseconds(300))
                    await process.kill()
                    try await process.start()
                }
                try await group.waitForAll()
            }
            // Random blocks may have ended every follow, and then there would be little to count.
            for (one, other) in zip(users[1...], users[2...]) {
                _ = try await one.social("DELETE", "/friends/block/\(other.id)", at: product.client)
                _ = try await other.social("DELETE", "/friends/block/\(one.id)", at: product.client)
                let unfollow = "/social/unfollow/\(other.id)"
                _ = try await product.client.ask("DELETE", unfollow, token: one.accessToken)
                let follow = "/social/follow/\(other.id)"
                #expect(try await product.client.ask("POST", follow, token: one.accessToken).status == 200)
            }
            // One closes its account at the end, with all that it has.
            let closed = try await users[0].ask("DELETE", "/users/me", at: product.client)
            #expect(closed.status == 200, "\(closed.text)")
            try await eventually("its rows are deleted", within: 60) {
                try await product.texts("SELECT 'row' FROM accounts WHERE id = $1::text::uuid", [users[0].id]).isEmpty
            }
            try await eventually("plays are counted", within: 60) {
                try await product.texts("SELECT 'play' FROM plays WHERE NOT is_counted").isEmpty
            }
            try await expectCountersOfRows(product)
            let corrected = try await product.texts(
                "SELECT reconcile_counters(ARRAY(SELECT user_id FROM profiles))::text")
            #expect(corrected.isEmpty)
            try await expectCountersOfRows(product)
            let totals = try await product.texts(
                "SELECT concat_ws('/', sum(followers_count) > 0, sum(tracks_count) > 0, sum(total_plays) > 0) FROM profiles"
            )
            #expect(totals == ["t/t/t"])
        }
    }

    private final class CommandsLeft: Sendable {
        private let count = Atomic(FullSize.races)
        func take() -> Bool { count.subtract(1, ordering: .relaxed).newValue >= 0 }
    }

    private func race(
        _ seed: UInt64, _ users: [TestUser], until left: CommandsLeft, at clients: [ProductClient], _ product: Product
    ) async {
        var random = SeededRandom(seed)
        while left.take() {
            let client = clients[Int.random(in: 0..<clients.count, using: &random)]
            // A killed process answers nothing: what became of the command, only the rows know.
            try? await act(users, &random, at: client, product)
        }
    }

    private func act(
        _ users: [TestUser], _ random: inout SeededRandom, at client: ProductClient, _ product: Product
    ) async throws {
        let (first, second) = random.pair(below: users.count)
        let (one, other) = (users[first], users[second])
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: _ = try await client.ask("POST", "/social/follow/\(other.id)", token: one.accessToken)
        case 40..<62: _ = try await client.ask("DELETE", "/social/unfollow/\(other.id)", token: one.accessToken)
        case 62..<67: _ = try await one.social("POST", "/friends/block/\(other.id)", at: client)
        case 67..<74: _ = try await one.social("DELETE", "/friends/block/\(other.id)", at: client)
        case 74..<95:
            guard let track = try await tracks(of: other, product).randomElement(using: &random) else { return }
            _ = try await client.ask("GET", "/media/track/\(track)", token: one.accessToken)
        case 95..<98: _ = try await upload(by: one, at: client)
        default:
            guard let track = try await tracks(of: one, product).randomElement(using: &random) else { return }
            _ = try await client.ask("DELETE", "/media/track/\(track)", token: one.accessToken)
        }
    }

    private func upload(by user: TestUser, at client: ProductClient) async throws -> ProductAnswer {
        try await user.upload("track", Recording.wav(byteCount: 3_000), called: "a.wav", to: client)
    }

    private func tracks(of user: TestUser, _ product: Product) async throws -> [String] {
        try await product.texts(
            "SELECT id::text FROM media WHERE user_id = $1::text::uuid AND purpose = 'track' ORDER BY id", [user.id])
    }

    private func expectCountersOfRows(
        _ product: Product, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let rows = try await product.texts(
            """
            SELECT concat_ws('/', followers_count, following_count, tracks_count, total_plays)
                || ' instead of ' || concat_ws('/',
                   (SELECT count(*) FROM follows WHERE following_id = user_id AND NOT is_hidden),
                   (SELECT count(*) FROM follows WHERE follower_id = user_id AND NOT is_hidden),
                   (SELECT count(*) FROM media WHERE media.user_id = profiles.user_id AND purpose = 'track'
                        AND state <> 'failed'),
                   (SELECT count(*) FROM plays WHERE owner_id = user_id))
            FROM profiles ORDER BY user_id
            """)
        for row in rows {
            let counts = row.split(separator: " ")
            #expect(counts.first == counts.last, "\(row)", sourceLocation: sourceLocation)
        }
        let activities = try await product.texts(
            """
            SELECT 'a track with ' || (SELECT count(*) FROM activities WHERE media_id = media.id) || ' activities'
            FROM media
            WHERE purpose = 'track' AND state <> 'failed'
              AND (SELECT count(*) FROM activities WHERE media_id = media.id) <> 1
            UNION ALL
            SELECT 'an activity without a track' FROM activities
            WHERE action = 'track_published' AND NOT EXISTS (
                SELECT FROM media WHERE media.id = media_id AND state <> 'failed')
            """)
        #expect(activities.isEmpty, "\(activities)", sourceLocation: sourceLocation)
    }
}
