import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport

@testable import Features
@testable import Workers

/// A kind of feed that a ``TimelineWorld`` has.
protocol TestedFeed: TimelineSource {
    init(_ database: Database)

    static func id(of entry: Entry) -> Identifier
    /// The id, the author and the visibility to followers of all entries.
    static var entries: Statement { get }

    /// Publishes, changes or deletes an entry, by chance.
    static func write(
        in world: TimelineWorld<Self>, by person: Int, using random: inout SeededRandom, on database: Database
    ) async throws
}

/// People who act through the product's statements. The jobs that this enqueues are run by the test, when it wants.
/// Loop-confined.
final class TimelineWorld<Feed: TestedFeed>: @unchecked Sendable {
    let environment: TestEnvironment
    let people: [UserID]
    let store: TimelineStore
    /// Waits for Redis as long as it takes, so that a busy machine does not hide what Redis has.
    let timeline: Timeline<Feed>
    let producer: Producer
    /// What was enqueued and not run yet.
    var jobs: [OutboxJob] = []
    /// What was published, with its author.
    var published: [(entry: Identifier, author: Int)] = []

    private init(_ environment: TestEnvironment, people count: Int) {
        self.environment = environment
        people = (1...count).map { UserID(Identifier(high: 0x7000, low: UInt64($0))) }
        store = TimelineStore(environment.redis)
        timeline = Self.timeline(environment.database, environment.redis, on: environment.loop)
        producer = Producer(on: environment.loop, redis: environment.redis)
    }

    /// Runs a body with people who follow no other user; the test must have the `.database` trait.
    static func open(
        redisAt port: Int? = nil, people: Int, _ body: @escaping @Sendable (TimelineWorld) async throws -> Void
    ) async throws {
        try await TestEnvironment.open(redisAt: port) { environment in
            let world = TimelineWorld(environment, people: people)
            _ = try await environment.database.write(registerStatement, [world.people.ids])
            try await body(world)
        }
    }

    /// A timeline as of one more API process.
    static func timeline(_ database: Database, _ redis: Redis, on loop: EventLoop) -> Timeline<Feed> {
        Timeline(
            Feed(database), TimelineStore(redis), TimelineMetrics(in: Metrics()), on: loop,
            longestWait: .seconds(60))
    }

    // MARK: What people do

    /// Lets people follow others at once, without a job: nothing is published yet.
    func follow(_ pairs: [(Int, Int)]) async throws {
        _ = try await environment.database.write(
            followStatement, [pairs.map { people[$0.0] }.ids, pairs.map { people[$0.1] }.ids])
    }

    /// - Parameter drops: Whether the process lives until it has dropped the timeline.
    func follow(_ person: Int, _ other: Int, drops: Bool = true, on database: Database? = nil) async throws {
        let job = try producer.outboxJob(DropTimelines(of: people[person]), trace: nil)
        let outcome = try await FollowStore(database ?? environment.database).follow(
            people[other], by: people[person], enqueuing: job,
            recording: DomainEvent(.userFollowed, of: people[person]) { _ in })
        guard case .followed(_, _, true, _) = outcome else { return }
        jobs.append(job)
        if drops { try await store.drop(of: people[person]) }
    }

    func unfollow(_ person: Int, _ other: Int, on database: Database? = nil) async throws {
        _ = try await FollowStore(database ?? environment.database).unfollow(
            people[other], by: people[person], recording: DomainEvent(.userUnfollowed, of: people[person]) { _ in })
    }

    func mute(_ person: Int, _ other: Int, on database: Database? = nil) async throws {
        _ = try await MuteStore(database ?? environment.database).mute(people[other], by: people[person])
    }

    /// - Parameter drops: Whether the process lives until it has dropped the timeline.
    func unmute(_ person: Int, _ other: Int, drops: Bool = true, on database: Database? = nil) async throws {
        let job = try producer.outboxJob(DropTimelines(of: people[person]), trace: nil)
        let isEnqueued = try await MuteStore(database ?? environment.database).unmute(
            people[other], by: people[person], enqueuing: job)
        guard isEnqueued == true else { return }
        jobs.append(job)
        if drops { try await store.drop(of: people[person]) }
    }

    func block(_ person: Int, _ other: Int, on database: Database? = nil) async throws {
        _ = try await BlockStore(database ?? environment.database).block(people[other], by: people[person])
    }

    func unblock(_ person: Int, _ other: Int, on database: Database? = nil) async throws {
        _ = try await BlockStore(database ?? environment.database).unblock(people[other], by: people[person])
    }

    func deactivate(_ person: Int) async throws {
        _ = try await AccountStore(environment.database).deactivate(people[person])
    }

    func activate(_ person: Int) async throws {
        _ = try await AccountStore(environment.database).activate(people[person])
    }

    // MARK: Jobs

    /// The handlers of timelines, as of one more worker.
    func handlers(_ database: Database? = nil, _ redis: Redis? = nil) -> TimelineHandlers {
        let database = database ?? environment.database
        let redis = redis ?? environment.redis
        return TimelineHandlers(
            follows: FollowStore(database), deliveries: PostDeliveryStore(database), timelines: TimelineStore(redis),
            publicPosts: CacheStore(.posts, redis), database: database, producer: producer)
    }

    /// The same for a worker's pool.
    func pool(_ database: Database? = nil, _ redis: Redis? = nil) -> [JobHandler] {
        let handlers = handlers(database, redis)
        return [
            JobHandler(PushToTimelines.self, handlers.push), JobHandler(DropTimelines.self, handlers.drop),
            JobHandler(ChoosePostDelivery.self, handlers.chooseDelivery),
        ]
    }

    /// Runs a job, as a worker does.
    func run(_ job: OutboxJob, on database: Database? = nil, redis: Redis? = nil) async throws {
        guard let handler = pool(database, redis).first(where: { $0.kind == job.kind }) else { return }
        _ = try await handler.run(
            job.payload, JobContext(Envelope(job), handler: handler, checkpoint: nil, log: environment.log))
    }

    func runAll() async throws {
        let all = jobs
        jobs = []
        for job in all { try await run(job) }
    }

    // MARK: Feeds

    /// The ids of a page by the timeline.
    func page(of person: Int, before last: Identifier? = nil, limit: Int = 50) async throws -> [Identifier] {
        try await timeline.page(of: people[person], before: last, limit: limit).map(Feed.id)
    }

    /// The ids of all pages, one after the other.
    func pages(of person: Int, limit: Int) async throws -> [Identifier] {
        var all: [Identifier] = []
        while true {
            let page = try await page(of: person, before: all.last, limit: limit)
            all += page
            if page.count < limit { return all }
        }
    }

    func isListed(_ person: Int) async throws -> Bool {
        try await store.read(Feed.kind, of: people[person]) != .missing
    }

    func build(_ person: Int) async throws {
        try await timeline.build(for: people[person])
    }

    /// Reads all rows that decide what feeds show.
    func rows() async throws -> FeedRows {
        try await FeedRows(environment.database, Feed.self)
    }
}

private let registerStatement = Statement(
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

private let followStatement = Statement(
    "test_follow",
    """
    WITH new AS (
        INSERT INTO follows (follower_id, following_id, id, created_at)
        SELECT follower, followed, next_message_id(NULL), now()
        FROM unnest($1::uuid[], $2::uuid[]) AS pair (follower, followed)
        ON CONFLICT DO NOTHING
        RETURNING follower_id, following_id
    )
    UPDATE profiles
    SET following_count = (SELECT count(*) FROM new WHERE follower_id = user_id),
        followers_count = (SELECT count(*) FROM new WHERE following_id = user_id)
    """)

extension [UserID] {
    fileprivate var ids: PostgresValue { .uuids(map { ($0.identifier.high, $0.identifier.low) }) }
}
