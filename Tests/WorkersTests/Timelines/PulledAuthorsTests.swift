import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features
@testable import Workers

/// Posts of authors with very many followers, which are read beside timelines.
@Suite(.database) struct PulledAuthorsTests {
    @Test func `the ten thousandth follower stops the pushes, and feeds have the posts nevertheless`() async throws {
        try await TimelineWorld<FeedStore>.openWithPulledAuthor { world in
            try await world.pretend(followers: 9_999)
            let before = try await world.publish(0)
            try await world.buildTimelines()
            try await world.follow(3, 0)
            try await world.runEnqueued()
            #expect(try await world.delivery() == [false, true, true])
            let after = try await world.publish(0)
            let other = try await world.publish(1)
            try await world.runEnqueued()
            // The timeline of one who followed before has the posts of the other author alone.
            let ids = try await world.store.read(.posts, of: world.people[2])
            #expect(ids == .ids([other.identifier, before.identifier], then: .none))
            for reader in [2, 3] {
                #expect(try await world.page(of: reader, limit: 10).contains(after.identifier))
            }
            // A follower more pulls too.
            try await world.unfollow(3, 0)
            try await world.follow(3, 0)
            try await world.expectWhole()

            try await world.pretend(followers: 7_999)
            try await world.runEnqueued()
            #expect(try await world.delivery() == [true, false, false])
            try await world.buildTimelines()
            let last = try await world.publish(0)
            try await world.runEnqueued()
            for reader in [2, 3] {
                #expect(try await world.store.read(.posts, of: world.people[reader]).ids?.first == last.identifier)
            }
            try await world.expectWhole()
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `no page lacks a post, whatever changes between pushed and pulled`(seed: UInt64) async throws {
        try await TimelineWorld<FeedStore>.openWithPulledAuthor { world in
            let author = world.people[0]
            let deliveries = PostDeliveryStore(world.environment.database)
            var random = SeededRandom(seed)
            var last: FollowID?
            for step in 0..<120 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0: try await world.pretend(followers: [7_000, 9_000, 20_000].randomElement(using: &random) ?? 0)
                case 1: _ = try await deliveries.choose(for: author)
                case 2: last = try await deliveries.pull(author, before: last, limit: 2)
                case 3:
                    let some = try await deliveries.pulling(author, limit: 1)
                    try await world.store.drop(of: some)
                    _ = try await deliveries.push(author, to: some)
                case 4: try await world.follow(Int.random(in: 2...5, using: &random), 0)
                case 5: try await world.unfollow(Int.random(in: 2...5, using: &random), 0)
                case 6: try await world.runEnqueued()
                default: _ = try await world.publish(Int.random(in: 0...1, using: &random))
                }
                try await world.runPushes()
                if step % 3 == 0 { try await world.expectWhole() }
            }
            try await world.runEnqueued()
            try await world.expectWhole()
        }
    }
}

extension TimelineWorld<FeedStore> {
    /// Two authors and four readers, of whom one does not follow the first author.
    fileprivate static func openWithPulledAuthor(
        _ body: @escaping @Sendable (TimelineWorld) async throws -> Void
    ) async throws {
        try await open(people: 6) { world in
            for reader in 2...5 {
                if reader != 3 { try await world.follow(reader, 0) }
                try await world.follow(reader, 1)
            }
            try await body(world)
        }
    }

    /// Whether the first author's posts are pushed and pulled, and whether all follows say the latter.
    fileprivate func delivery() async throws -> [Bool] {
        let state = Statement(
            "test_delivery",
            """
            SELECT is_pushed, is_pulled, (SELECT bool_or(is_pulled) FROM follows WHERE following_id = $1)
            FROM profiles WHERE user_id = $1
            """)
        var row = try #require(try await environment.database.read(state, [.id(people[0])]).first)
        return [try row.bool(), try row.bool(), try row.bool()]
    }

    /// Runs the pushes alone: the timelines that a follow drops were dropped by its process.
    fileprivate func runPushes() async throws {
        jobs.removeAll { $0.kind != PushToTimelines.kind }
        try await runAll()
    }

    /// Runs the jobs that PostgreSQL has.
    fileprivate func runEnqueued() async throws {
        try await InlineJobs(environment.database).runAll(pool())
        jobs = []
    }

    fileprivate func buildTimelines() async throws {
        for reader in 2...5 { try await build(reader) }
    }

    /// Compares every page of every reader with PostgreSQL.
    fileprivate func expectWhole() async throws {
        let feeds = FeedStore(environment.database)
        for reader in 2...5 {
            let all = try await feeds.visible(before: nil, to: people[reader], limit: 1_000).map(FeedStore.id)
            #expect(try await pages(of: reader, limit: 3) == all, "reader \(reader)")
        }
    }
}

extension TimelineContents {
    fileprivate var ids: [Identifier]? {
        guard case .ids(let ids, _) = self else { return nil }
        return ids
    }
}
