import Chassis
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
        try await PulledWorld.open { world in
            try await world.pretend(followers: 9_999)
            let before = try await world.publish(0)
            try await world.buildTimelines()
            try await world.follow(3, 0)
            try await world.runJobs()
            #expect(try await world.delivery() == [false, true, true])
            let after = try await world.publish(0)
            let other = try await world.publish(1)
            try await world.runJobs()
            // The timeline of one who followed before has the posts of the other author alone.
            let ids = try await world.timelines.read(.posts, of: world.users[2])
            #expect(ids == .ids([other.identifier, before.identifier], then: .none))
            for reader in [2, 3] { #expect(try await world.page(of: reader, limit: 10).contains(after)) }
            // A follower more pulls too.
            try await world.unfollow(3, 0)
            try await world.follow(3, 0)
            try await world.expectWhole()

            try await world.pretend(followers: 7_999)
            try await world.runJobs()
            #expect(try await world.delivery() == [true, false, false])
            try await world.buildTimelines()
            let last = try await world.publish(0)
            try await world.runJobs()
            for reader in [2, 3] {
                #expect(try await world.timelines.read(.posts, of: world.users[reader]).ids?.first == last.identifier)
            }
            try await world.expectWhole()
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `no page lacks a post, whatever changes between pushed and pulled`(seed: UInt64) async throws {
        try await PulledWorld.open { world in
            var random = SeededRandom(seed)
            var last: FollowID?
            for step in 0..<120 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0: try await world.pretend(followers: [7_000, 9_000, 20_000].randomElement(using: &random) ?? 0)
                case 1: _ = try await world.deliveries.choose(for: world.users[0])
                case 2: last = try await world.deliveries.pull(world.users[0], before: last, limit: 2)
                case 3:
                    let some = try await world.deliveries.pulling(world.users[0], limit: 1)
                    try await world.timelines.drop(of: some)
                    _ = try await world.deliveries.push(world.users[0], to: some)
                case 4: try await world.follow(Int.random(in: 2...5, using: &random), 0)
                case 5: try await world.unfollow(Int.random(in: 2...5, using: &random), 0)
                case 6: try await world.runJobs()
                default: _ = try await world.publish(Int.random(in: 0...1, using: &random))
                }
                try await world.runPushes()
                if step % 3 == 0 { try await world.expectWhole() }
            }
            try await world.runJobs()
            try await world.expectWhole()
        }
    }
}

/// Two authors and four readers; the first author has as many followers as the test says. Loop-confined.
private final class PulledWorld: @unchecked Sendable {
    let environment: TestEnvironment
    let users: [UserID]
    let timelines: TimelineStore
    let deliveries: PostDeliveryStore
    private let feeds: FeedStore
    private let timeline: Timeline<FeedStore>
    private let producer: Producer
    private var pushes: [OutboxJob] = []

    private init(_ environment: TestEnvironment) {
        self.environment = environment
        users = (1...6).map { UserID(Identifier(high: 0x7000, low: UInt64($0))) }
        timelines = TimelineStore(environment.redis)
        deliveries = PostDeliveryStore(environment.database)
        feeds = FeedStore(environment.database)
        timeline = Timeline(
            feeds, timelines, TimelineMetrics(in: Metrics()), on: environment.loop, longestWait: .seconds(60))
        producer = Producer(on: environment.loop, redis: environment.redis)
    }

    static func open(_ body: @escaping @Sendable (PulledWorld) async throws -> Void) async throws {
        try await TestEnvironment.open { environment in
            let world = PulledWorld(environment)
            await environment.redis.connected()
            let ids = PostgresValue.uuids(world.users.map { ($0.identifier.high, $0.identifier.low) })
            _ = try await environment.database.write(register, [ids])
            for reader in 2...5 {
                if reader != 3 { try await world.follow(reader, 0) }
                try await world.follow(reader, 1)
            }
            try await body(world)
        }
    }

    private static let register = Statement(
        "test_register",
        """
        WITH new AS (
            INSERT INTO accounts (id, email, username)
            SELECT id, id || '@example.com', 'user' || number
            FROM unnest($1::uuid[]) WITH ORDINALITY AS person (id, number)
            RETURNING id
        )
        INSERT INTO profiles (user_id) SELECT id FROM new ON CONFLICT DO NOTHING
        """)

    func publish(_ author: Int) async throws -> PostID {
        let provisional = PostID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let job = try producer.outboxJob(
            PushToTimelines(.posts, by: users[author], entry: provisional.identifier), trace: nil)
        let draft = PostDraft(content: "Hello", mediaURLs: [], mediaType: nil, visibility: .everyone)
        let id = try #require(
            try await PostStore(environment.database).create(
                draft, by: users[author], enqueuing: [job], as: provisional
            ).id)
        pushes.append(job.naming(id.identifier, insteadOf: provisional.identifier))
        return id
    }

    func follow(_ reader: Int, _ author: Int) async throws {
        let job = try producer.outboxJob(DropTimelines(of: users[reader]), trace: nil)
        _ = try await FollowStore(environment.database).follow(
            users[author], by: users[reader], enqueuing: job,
            recording: DomainEvent(.userFollowed, of: users[reader]) { _ in })
        try await timelines.drop(of: users[reader])
    }

    func unfollow(_ reader: Int, _ author: Int) async throws {
        _ = try await FollowStore(environment.database).unfollow(
            users[author], by: users[reader], recording: DomainEvent(.userUnfollowed, of: users[reader]) { _ in })
    }

    func pretend(followers: Int) async throws {
        let count = Statement("test_pretend", "UPDATE profiles SET followers_count = $2::integer WHERE user_id = $1")
        _ = try await environment.database.write(count, [.id(users[0]), .integer(followers)])
    }

    /// Whether the first author's posts are pushed and pulled, and whether all follows say the latter.
    func delivery() async throws -> [Bool] {
        let state = Statement(
            "test_delivery",
            """
            SELECT is_pushed, is_pulled, (SELECT bool_or(is_pulled) FROM follows WHERE following_id = $1)
            FROM profiles WHERE user_id = $1
            """)
        var row = try #require(try await environment.database.read(state, [.id(users[0])]).first)
        return [try row.bool(), try row.bool(), try row.bool()]
    }

    func runPushes() async throws {
        let jobs = pushes
        pushes = []
        for job in jobs {
            let handler = JobHandler(PushToTimelines.self, handlers.push)
            _ = try await handler.run(
                job.payload, JobContext(Envelope(job), handler: handler, checkpoint: nil, log: environment.log))
        }
    }

    func runJobs() async throws {
        try await InlineJobs(environment.database).runAll([
            JobHandler(PushToTimelines.self, handlers.push), JobHandler(DropTimelines.self, handlers.drop),
            JobHandler(ChoosePostDelivery.self, handlers.chooseDelivery),
        ])
        pushes = []
    }

    private var handlers: TimelineHandlers {
        TimelineHandlers(
            follows: FollowStore(environment.database), deliveries: deliveries, timelines: timelines,
            publicPosts: CacheStore(.posts, environment.redis), database: environment.database, producer: producer)
    }

    func buildTimelines() async throws {
        for reader in 2...5 { try await timeline.build(for: users[reader]) }
    }

    func page(of reader: Int, before cursor: PostID? = nil, limit: Int) async throws -> [PostID] {
        try await timeline.page(of: users[reader], before: cursor?.identifier, limit: limit).map(\.id)
    }

    /// Compares every page of every reader with PostgreSQL.
    func expectWhole() async throws {
        for reader in 2...5 {
            let all = try await feeds.visible(before: nil, to: users[reader], limit: 1_000).map(\.id)
            var read: [PostID] = []
            while true {
                let page = try await page(of: reader, before: read.last, limit: 3)
                read += page
                if page.count < 3 { break }
            }
            #expect(read == all, "reader \(reader)")
        }
    }
}

extension TimelineContents {
    fileprivate var ids: [Identifier]? {
        guard case .ids(let ids, _) = self else { return nil }
        return ids
    }
}
