import Chassis
import Domain
import Foundation
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Workers

/// The real handlers of all pools on one loop, with a database, a Redis prefix and a data folder of the test's own;
/// jobs run in line. Loop-confined.
final class PoolHarness: @unchecked Sendable {
    let context: WorkerContext
    let redisSettings: RedisSettings
    /// The e-mails that were sent.
    let mailbox: Mailbox
    let folder: String
    let accounts: AccountStore
    private let environment: [String: String]

    private init(on loop: EventLoop, _ environment: [String: String], folder: String) throws {
        self.environment = environment
        self.folder = folder
        mailbox = Mailbox(folder: "\(folder)/mail")
        let settings = try WorkerSettings(environment, pool: .notifications, isTerminal: false)
        context = WorkerContext(on: loop, settings, Metrics())
        redisSettings = settings.redis
        accounts = AccountStore(context.database)
    }

    /// Runs a body; the test must have the `.database` trait.
    static func open(
        _ environment: [String: String] = [:], _ body: @escaping @Sendable (PoolHarness) async throws -> Void
    ) async throws {
        let folder = "/tmp/pools-\(UUID().uuidString)"
        let all = [
            "DATABASE_URL": TestDatabase.current.url.exposed, "REDIS_URL": try TestServers.redisURL,
            "REDIS_PREFIX": "test:\(UUID().uuidString):", "DATA_DIR": folder, "APP_ENV": "test", "LOG_LEVEL": "error",
            "NOTIFICATION_DIGEST_SECONDS": "0", "WORKERS_DELIVERIES": "2",
        ].merging(environment) { $1 }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withEventLoop { loop in
            let harness = try PoolHarness(on: loop, all, folder: folder)
            harness.context.start()
            await harness.context.redis.connected()
            let result: Result<Void, any Error>
            do { result = .success(try await body(harness)) } catch { result = .failure(error) }
            try await RedisPrefix.removeKeys(of: harness.context.redis)
            await harness.context.close()
            try result.get()
        }
    }

    // MARK: Jobs

    var inline: InlineJobs { InlineJobs(context.database) }

    /// How long one attempt of a delivery may take.
    var timeout = Duration.seconds(20)

    var log: Log { Log(level: .error, format: .text, to: .standardError) }

    /// The settings of a pool.
    func settings(_ pool: QueueName) throws -> WorkerSettings {
        try WorkerSettings(environment, pool: pool, isTerminal: false)
    }

    /// The queues of all jobs.
    func queues() async throws -> [String] {
        var queues: [String] = []
        for var row in try await context.database.read(Self.queues, []) { queues.append(try row.text()) }
        return queues
    }

    private static let queues = Statement("test_queues", "SELECT queue FROM outbox ORDER BY queue")

    /// Returns the handler of a kind of job.
    func handler(_ kind: String) throws -> JobHandler {
        try #require(try handlers().first { $0.kind == kind })
    }

    /// Returns the jobs of a kind that are queued.
    func waiting(_ kind: String) async throws -> [WaitingJob] {
        let outbox = Outbox(context.database)
        let page = try await outbox.page(from: 1_000_000_000, to: -1_000_000_000, after: .start, limit: 1_000)
        return try await outbox.rows(page.ids.values.joined()).filter { $0.envelope.kind == kind }
    }

    /// Returns the handlers of all pools.
    func handlers(_ catalog: NotificationCatalog = .standard) throws -> [JobHandler] {
        try QueueName.allCases.flatMap { queue in
            let settings = try WorkerSettings(environment, pool: queue, isTerminal: false)
            return switch queue {
            case .notifications: try NotificationsPool.handlers(context, settings, catalog)
            case .deliveries: try DeliveriesPool.handlers(context, settings, catalog, timeout: timeout)
            case .email: try EmailPool.handlers(context, settings, catalog)
            default: try queue.handlers(context, settings)
            }
        }
    }

    func enqueue(_ job: some Job) async throws {
        _ = try await Outbox(context.database).add([try context.producer.outboxJob(job, trace: nil)])
    }

    /// Enqueues a job, and runs it alone: what it enqueues stays.
    func run<Kind: Job>(_ job: Kind, _ catalog: NotificationCatalog = .standard) async throws {
        try await enqueue(job)
        try await inline.runAll(try handlers(catalog).filter { $0.kind == Kind.kind })
    }

    /// Runs all jobs, also those that jobs enqueue.
    func runAll(_ catalog: NotificationCatalog = .standard) async throws {
        try await inline.runAll(try handlers(catalog))
    }

    /// Runs all jobs and returns the error of the first that fails.
    func failure(_ catalog: NotificationCatalog = .standard) async throws -> (kind: String, cause: any Error)? {
        do {
            try await runAll(catalog)
            return nil
        } catch let failure as InlineJobs.Failure {
            return (failure.kind, failure.cause)
        }
    }

    // MARK: Rows

    static func id<ID: EntityID>(_ type: ID.Type = ID.self) -> ID {
        ID(unixMilliseconds: Timestamp.now.unixMilliseconds)
    }

    func register(_ name: String, language: Language = .english) async throws -> UserID {
        let new = NewAccount(
            id: Self.id(), email: "\(name)@b.example", username: name, passwordHash: "hash", persona: .listener,
            language: language)
        let session = NewSession(
            id: Self.id(SessionID.self), refreshHash: Array(name.utf8),
            expiresAt: Timestamp.now.adding(.seconds(3_600)),
            userAgent: nil, ipAddress: "127.0.0.1")
        try await accounts.register(
            new, session: session,
            token: NewEmailToken(id: Self.id(EmailTokenID.self), expiresAt: Timestamp.now.adding(.seconds(3_600))),
            enqueuing: [])
        return new.id
    }

    /// Writes a friend request.
    func request(from sender: UserID, to receiver: UserID) async throws -> Identifier {
        let id = Self.id(UserID.self).identifier
        _ = try await context.database.write(
            Self.request, [.uuid(id.high, id.low), .id(sender), .id(receiver)])
        return id
    }

    private static let request = Statement(
        "test_request", "INSERT INTO friend_requests (id, sender_id, receiver_id) VALUES ($1, $2, $3)")

    /// Writes an unread message.
    func message(from sender: UserID, to receiver: UserID) async throws -> Identifier {
        let id = Self.id(MessageID.self).identifier
        _ = try await context.database.write(
            Self.message, [.uuid(id.high, id.low), .id(sender), .id(receiver)])
        return id
    }

    private static let message = Statement(
        "test_message",
        """
        WITH conversation AS (
            INSERT INTO conversations (id, low_id, high_id)
            VALUES (gen_random_uuid(), least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid))
            ON CONFLICT ON CONSTRAINT conversations_pair DO UPDATE SET low_id = excluded.low_id
            RETURNING id
        ), members AS (
            INSERT INTO conversation_members (user_id, other_id, conversation_id, last_message_id)
            SELECT member.id, member.other, conversation.id, $1
            FROM conversation, (VALUES ($2::uuid, $3::uuid), ($3::uuid, $2::uuid)) AS member(id, other)
            ON CONFLICT DO NOTHING
        )
        INSERT INTO messages (id, conversation_id, sender_id, receiver_id, content)
        SELECT $1, conversation.id, $2, $3, 'Hello' FROM conversation
        """)

    func markRead(message: Identifier) async throws {
        _ = try await context.database.write(
            Statement("test_read_message", "UPDATE messages SET read_at = now() WHERE id = $1"),
            [.uuid(message.high, message.low)])
    }

    func inbox(_ user: UserID) async throws -> [Storage.Notification] {
        try await NotificationStore(context.database).page(of: user, offset: 0, limit: 100).notifications
    }

    func count(_ statement: Statement, _ values: [PostgresValue] = []) async throws -> Int {
        guard var row = try await context.database.read(statement, values).first else { return 0 }
        return try row.int()
    }

    /// Changes a user's notification preferences.
    func choose(
        _ user: UserID, wantsEmail: Bool = true, quietHours: QuietHours? = nil,
        in catalog: NotificationCatalog = .standard, _ change: (inout NotificationPreferences) -> Void = { _ in }
    ) async throws {
        let store = PreferenceStore(context.database)
        var preferences = try await store.read(user)?.preferences ?? NotificationPreferences()
        change(&preferences)
        var changes = NotificationPreferenceChanges()
        changes.wantsEmail = wantsEmail
        changes.quietHours = .some(quietHours)
        changes.kinds = catalog.settings.map { setting in
            let choice = preferences[setting]
            return NotificationPreferenceChanges.Kind(
                setting, enabled: choice.enabled, methods: choice.methods, onlyWhenOffline: choice.onlyWhenOffline)
        }
        _ = try await store.change(changes, of: user)
    }

    /// Quiet hours from an hour ago until in an hour, in UTC.
    static var quietNow: QuietHours {
        let minute = Int(Timestamp.now.unixSeconds / 60 % 1_440)
        return QuietHours(from: (minute + 1_380) % 1_440, until: (minute + 60) % 1_440, timeZone: "UTC")
    }
}
