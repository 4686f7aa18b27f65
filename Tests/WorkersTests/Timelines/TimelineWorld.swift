import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport

@testable import Features
@testable import Workers

/// People who act through the product's statements. The jobs that this enqueues are run by the test, when it wants.
/// Loop-confined.
final class TimelineWorld: @unchecked Sendable {
    let environment: TestEnvironment
    let people: [UserID]
    let store: TimelineStore
    /// Waits for Redis as long as it takes, so that a busy machine does not hide what Redis has.
    let timeline: Timeline<ActivityStore>
    /// What was enqueued and not run yet.
    var jobs: [OutboxJob] = []
    private let producer: Producer

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
            _ = try await environment.database.write(
                register, [.uuids(world.people.map { ($0.identifier.high, $0.identifier.low) })])
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

    /// A timeline as of one more API process.
    static func timeline(_ database: Database, _ redis: Redis, on loop: EventLoop) -> Timeline<ActivityStore> {
        Timeline(
            ActivityStore(database), TimelineStore(redis), TimelineMetrics(in: Metrics()), on: loop,
            longestWait: .seconds(60))
    }

    // MARK: What people do

    /// - Parameter database: On whose connection.
    @discardableResult
    func publish(_ person: Int, on database: Database? = nil) async throws -> MediaID {
        let activity = try producer.newActivity(of: people[person], trace: nil)
        let id = MediaID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let added = try await MediaStore(database ?? environment.database).add(
            NewMedia(
                id: id, owner: people[person], purpose: .track, originalName: "Song.mp3", fileName: "\(id).mp3",
                mimeType: "audio/mpeg", format: "mp3", byteCount: 1, sha256: [7], state: .ready, title: "Song"),
            within: MediaQuota(files: 1_000_000, bytes: 1 << 40), enqueuing: [], telling: activity)
        if case .stored(_, let told?) = added {
            jobs.append(activity.push.naming(told.identifier, insteadOf: activity.provisionalID.identifier))
        }
        return id
    }

    func delete(_ track: MediaID, on database: Database? = nil) async throws {
        let job = OutboxJob(id: JobID(track.identifier), queue: "none", kind: "none", payload: "{}")
        _ = try await MediaStore(database ?? environment.database).delete(
            track, of: nil, with: [track], enqueuing: job,
            recording: DomainEvent(.trackDeleted, of: people[0]) { _ in })
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

    /// Runs a job, as a worker does.
    func run(_ job: OutboxJob, on database: Database? = nil, redis: Redis? = nil) async throws {
        let timelines = TimelineHandlers(
            follows: FollowStore(database ?? environment.database),
            deliveries: PostDeliveryStore(database ?? environment.database),
            timelines: TimelineStore(redis ?? environment.redis),
            publicPosts: CacheStore(.posts, redis ?? environment.redis), database: environment.database,
            producer: producer)
        let handlers = [
            JobHandler(PushToTimelines.self, timelines.push), JobHandler(DropTimelines.self, timelines.drop),
        ]
        guard let handler = handlers.first(where: { $0.kind == job.kind }) else { return }
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
        try await timeline.page(of: people[person], before: last, limit: limit).map(\.id.identifier)
    }

    func isListed(_ person: Int) async throws -> Bool {
        try await store.read(.activities, of: people[person]) != .missing
    }

    func build(_ person: Int) async throws {
        try await timeline.build(for: people[person])
    }

    /// Reads all rows that decide what feeds show.
    func rows() async throws -> FeedRows {
        try await FeedRows(environment.database)
    }
}

/// The rule of the feed, computed from the rows by other means than the product's.
struct FeedRows {
    private var activities: [(id: Identifier, actor: UserID)] = []
    private var follows: Set<[UserID]> = []
    private var blocks: Set<[UserID]> = []
    private var mutes: Set<[UserID]> = []
    private var active: Set<UserID> = []

    init(_ database: Database) async throws {
        for var row in try await database.read(Statement("test_activities", "SELECT id, actor_id FROM activities")) {
            activities.append((try row.id(ActivityID.self).identifier, try row.id(UserID.self)))
        }
        activities.sort { $0.id > $1.id }
        for var row in try await database.read(
            Statement("test_follows", "SELECT follower_id, following_id FROM follows WHERE NOT is_hidden"))
        {
            follows.insert([try row.id(UserID.self), try row.id(UserID.self)])
        }
        for var row in try await database.read(Statement("test_blocks", "SELECT blocker_id, blocked_id FROM blocks")) {
            blocks.insert([try row.id(UserID.self), try row.id(UserID.self)])
        }
        for var row in try await database.read(Statement("test_mutes", "SELECT muter_id, muted_id FROM mutes")) {
            mutes.insert([try row.id(UserID.self), try row.id(UserID.self)])
        }
        for var row in try await database.read(Statement("test_active", "SELECT id FROM accounts WHERE is_active")) {
            active.insert(try row.id(UserID.self))
        }
    }

    func feed(of reader: UserID, before last: Identifier? = nil, limit: Int = 50) -> [Identifier] {
        let visible = activities.filter { activity in
            (last.map { activity.id < $0 } ?? true) && follows.contains([reader, activity.actor])
                && active.contains(activity.actor) && !blocks.contains([reader, activity.actor])
                && !blocks.contains([activity.actor, reader]) && !mutes.contains([reader, activity.actor])
        }
        return visible.prefix(limit).map(\.id)
    }
}
