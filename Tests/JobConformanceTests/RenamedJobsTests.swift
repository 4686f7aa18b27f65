import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import Synchronization
import TestSupport
import Testing

/// An upgrade renames kinds and queues in the outbox (`m0007_job_names`, `m0012_deliveries`,
/// `m0036_pictures_and_job_names`), while Redis keeps copies with the old names.
@Suite("Jobs that a migration renamed", .database)
struct RenamedJobsTests {
    @Test func `copies in Redis with old kinds and queues run once, under their new names`() async throws {
        try await JobTestHarness.open { harness in
            let jobs = RenamedJob.all(isDelayed: false) + RenamedJob.all(isDelayed: true)
            for job in jobs { try await harness.insertBeforeMigration(job) }
            for job in jobs { try await harness.pushBeforeMigration(job) }
            try harness.renameJobs()
            let runs = RecordedRuns()
            for queue in QueueName.allCases {
                try await harness.consume(
                    queue, jobs.filter { $0.queue == queue && !$0.isDelayed }.map { $0.handler(runs) })
            }
            // A sweep and the worker that claims the copy may push a moved row at the same time.
            try await harness.sweep().run()
            try await harness.untilDone(within: 20)
            #expect(runs.all.sorted() == jobs.map { "\($0.kind) \($0.id)" }.sorted())
            for queue in QueueName.allCases { try await harness.expectNothingLeft(in: queue) }
        }
    }

    @Test func `a copy in a queue without workers is removed by the sweep, and its row runs once`() async throws {
        try await JobTestHarness.open { harness in
            let job = try #require(RenamedJob.all(isDelayed: false).first { $0.kind == DeleteAccount.kind })
            try await harness.insertBeforeMigration(job)
            try await harness.pushBeforeMigration(job)
            try harness.renameJobs()
            let runs = RecordedRuns()
            try await harness.consume(.maintenance, [job.handler(runs)])
            try await harness.sweep().run()
            try await harness.untilDone()
            #expect(runs.all == ["\(job.kind) \(job.id)"])
            try await harness.expectNothingLeft(in: .counters)
        }
    }

    @Test func `copies of deliveries in the queue of notifications run once, in their own queue`() async throws {
        try await JobTestHarness.open { harness in
            let jobs = RenamedJob.deliveries(isDelayed: false) + RenamedJob.deliveries(isDelayed: true)
            for job in jobs { try await harness.insertBeforeMigration(job) }
            for job in jobs { try await harness.pushBeforeMigration(job) }
            try harness.renameJobs(by: ["m0012_deliveries"])
            let runs = RecordedRuns()
            try await harness.consume(.notifications, [])
            try await harness.consume(.deliveries, jobs.filter { !$0.isDelayed }.map { $0.handler(runs) })
            try await harness.sweep().run()
            try await harness.untilDone(within: 20)
            #expect(runs.all.sorted() == jobs.map { "\($0.kind) \($0.id)" }.sorted())
            for queue in [QueueName.notifications, .deliveries] { try await harness.expectNothingLeft(in: queue) }
        }
    }

    @Test(arguments: ["queued", "waiting", "dead", "cancelled", "done"])
    func `deliveries move in every state, and a paused queue pauses them`(state: String) async throws {
        try await JobTestHarness.open { harness in
            let jobs = RenamedJob.deliveries(isDelayed: false)
            let other = RenamedJob.all(isDelayed: false)[0]
            for job in jobs + [other] { try await harness.insertBeforeMigration(job, state: state) }
            let inspector = QueueInspector(database: harness.database, redis: harness.redis)
            try await inspector.pause(.notifications)
            try harness.renameJobs(by: ["m0012_deliveries"])
            for job in jobs {
                let row = try #require(try await inspector.find(job.id.description).row)
                #expect((row.kind, row.queue, row.state) == (job.kind, "deliveries", state))
            }
            #expect(try await inspector.find(other.id.description).row?.queue == "notifications")
            try await harness.sweep().run()
            try await eventually("both queues are paused") {
                try await inspector.overviews().filter(\.isPaused).map(\.queue) == [.notifications, .deliveries]
            }
        }
    }

    @Test(arguments: ["queued", "waiting", "dead", "cancelled", "done"])
    func `the migration renames rows in every state, with their unique keys`(state: String) async throws {
        try await JobTestHarness.open { harness in
            let jobs = RenamedJob.all(isDelayed: false)
            for job in jobs { try await harness.insertBeforeMigration(job, state: state) }
            try harness.renameJobs()
            let inspector = QueueInspector(database: harness.database, redis: harness.redis)
            for job in jobs {
                let row = try #require(try await inspector.find(job.id.description).row)
                #expect(row.kind == job.kind)
                #expect(row.queue == job.queue.rawValue)
                #expect(row.uniqueKey == "\(job.kind):\(job.id)")
                #expect(row.state == state)
            }
        }
    }

    @Test func `a paused queue stays paused for the jobs that leave it`() async throws {
        try await JobTestHarness.open { harness in
            let inspector = QueueInspector(database: harness.database, redis: harness.redis)
            try await inspector.pause(.counters)
            try harness.renameJobs()
            try await harness.sweep().run()
            try await eventually("both queues are paused") {
                try await inspector.overviews().filter(\.isPaused).map(\.queue) == [.counters, .maintenance]
            }
        }
    }
}

/// A job of the product with its names before and after the migration.
private struct RenamedJob: Sendable {
    let id = JobID(unixMilliseconds: Timestamp.now.unixMilliseconds)
    let oldKind: String
    let oldQueue: QueueName
    let kind: String
    let queue: QueueName
    let payload: [UInt8]
    let isDelayed: Bool
    let handler: @Sendable (RecordedRuns) -> JobHandler

    private init<Kind: Job>(_ job: Kind, was oldKind: String, in oldQueue: QueueName, isDelayed: Bool) {
        self.oldKind = oldKind
        self.oldQueue = oldQueue
        self.isDelayed = isDelayed
        kind = Kind.kind
        queue = Kind.queue
        guard let json = try? job.payload() else { preconditionFailure("\(Kind.kind) has no JSON") }
        payload = json
        handler = { runs in
            JobHandler(Kind.self) { _, context in
                runs.add("\(context.kind) \(context.id)")
                return .finished
            }
        }
    }

    /// One job of each kind that left the queue of notifications.
    static func deliveries(isDelayed: Bool) -> [RenamedJob] {
        let user = UserID(unixMilliseconds: 1)
        let notification = NotificationID(unixMilliseconds: 1)
        return [
            RenamedJob(
                SendPush(notification: notification), was: "send-push", in: .notifications, isDelayed: isDelayed),
            RenamedJob(
                SendWebPush(
                    notification: notification, subscription: SubscriptionID(unixMilliseconds: 1), user: user,
                    host: "push.example:443", limits: DeliveryLimits()), was: "send-web-push", in: .notifications,
                isDelayed: isDelayed),
            RenamedJob(
                ReportFirstFriend(user: user, friend: user), was: "report-first-friend", in: .notifications,
                isDelayed: isDelayed),
        ]
    }

    /// One job of each renamed kind, and two that keep their names.
    static func all(isDelayed: Bool) -> [RenamedJob] {
        let user = UserID(unixMilliseconds: 1)
        let announcement = AnnouncementID(unixMilliseconds: 1)
        func job(_ job: some Job, _ oldKind: String, _ oldQueue: QueueName) -> RenamedJob {
            RenamedJob(job, was: oldKind, in: oldQueue, isDelayed: isDelayed)
        }
        return [
            job(SendAnnouncement(announcement: announcement), "announce", .notifications),
            job(DeliverAnnouncement(announcement: announcement, people: [user]), "announce-to", .notifications),
            job(
                SendPasswordReset(link: EmailTokenID(unixMilliseconds: 1), email: "a@b.example"), "send-reset-password",
                .email),
            job(DeleteAccount(account: user), "delete-account", .counters),
            job(ExportAccount(account: user), "export-account", .counters),
            job(PruneExports(), "prune-exports", .counters),
            job(PruneSessions(), "prune-sessions", .counters),
            job(RemoveOrphanedUploads(), "remove-orphaned-uploads", .images),
            job(ReconcileCounters(account: user), "reconcile-counters", .counters),
            job(SendWelcome(email: "a@b.example", name: "a"), "send-welcome", .email),
        ]
    }
}

/// The kinds and ids of runs; any thread.
private final class RecordedRuns: Sendable {
    private let runs = Mutex<[String]>([])
    func add(_ run: String) { runs.withLock { $0.append(run) } }
    var all: [String] { runs.withLock { $0 } }
}

extension JobTestHarness {
    private static let delay = 500

    /// Inserts the row that the earlier version inserted.
    fileprivate func insertBeforeMigration(_ job: RenamedJob, state: String = "queued") async throws {
        _ = try await database.write(
            Self.insert,
            [
                .uuid(job.id.identifier.high, job.id.identifier.low), .text(job.oldQueue.rawValue), .text(job.oldKind),
                .json(job.payload), .text("\(job.oldKind):\(job.id)"), .text(state),
                .integer(job.isDelayed ? Self.delay : 0),
            ])
    }

    private static let insert = Statement(
        "test_insert_before_migration",
        """
        INSERT INTO outbox (id, queue, kind, payload, unique_key, state, run_at)
        VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond')
        """)

    /// Pushes the envelope that the earlier version pushed.
    fileprivate func pushBeforeMigration(_ job: RenamedJob) async throws {
        let name = RedisArgument(job.id.description)
        let now = Timestamp.now.unixMilliseconds
        let envelope = Envelope(id: job.id, kind: job.oldKind, trace: nil, enqueuedAt: now, args: job.payload)
        _ = try await redis.command(["HSET", key("jobs", of: job.oldQueue), name, RedisArgument(envelope.json)])
        if job.isDelayed {
            _ = try await redis.command(
                ["ZADD", key("delayed", of: job.oldQueue), RedisArgument(now + Self.delay), name])
        } else {
            _ = try await redis.command(["LPUSH", key("ready", of: job.oldQueue), name])
        }
    }

    /// Runs migrations once more, as an upgrade does.
    fileprivate func renameJobs(by names: [String] = ["m0007_job_names", "m0036_pictures_and_job_names"]) throws {
        for name in names {
            let migration = try #require([Migration].all.first { $0.name == name })
            try BlockingConnection.open(databaseURL).run(migration.sql)
        }
    }
}
