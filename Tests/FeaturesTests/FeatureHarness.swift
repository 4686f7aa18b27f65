import Chassis
import Crypto
import Domain
import Foundation
import Jobs
import MediaStoring
import Postgres
import Redis
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Features

/// All features on one loop, with a database, a Redis prefix and a folder of the test's own; no job runs.
/// Loop-confined.
final class FeatureHarness: @unchecked Sendable {
    let accounts: AccountFeature
    let friends: FriendFeature
    let messages: MessageFeature
    let presence: PresenceFeature
    let notifications: NotificationFeature
    let media: MediaFeature
    let profiles: ProfileFeature
    let follows: FollowFeature
    let posts: PostFeature
    let integration: IntegrationFeature
    let operations: OperationsFeature
    let moderation: ModerationFeature
    let analytics: AnalyticsFeature
    let events: EventFeature
    let loop: EventLoop
    let database: Database
    let redis: Redis
    /// Of the uploaded files.
    let folder: String
    let jobs: InlineJobs
    let emailTokens = EmailTokenSigner(secret: FeatureHarness.refreshSecret)
    /// Of one-time passwords.
    let clock = TestSeconds()

    private static let accessSecret = Array("an access secret that is long enough".utf8)
    private static let refreshSecret = Array("a refresh secret that is long enough".utf8)
    /// One for all tests: each thread takes 64 MiB while it hashes.
    private static let passwords = Passwords(threads: 2, longestWait: .seconds(60))
    private static let disk = BlockingPool(name: "disk", threads: 2, queueLimit: 1_024)

    private init(
        _ environment: TestEnvironment, _ client: Database? = nil, folder: String, _ limits: LimitMode,
        _ mediaLimits: MediaLimits = MediaLimits(
            imageBytes: 1 << 20, audioBytes: 1 << 20, fileBytes: 1 << 20,
            quota: MediaQuota(files: 20, bytes: 4 << 20)), needsTwoFactorOfStaff: Bool = false
    ) throws {
        loop = environment.loop
        self.folder = folder
        database = client ?? environment.database
        redis = environment.redis
        jobs = InlineJobs(database)
        let shared = SharedServices(
            settings: FeatureSettings(
                acceptsLocalEndpoints: true, presenceTimes: PresenceTimes(heartbeatSeconds: 15), limitMode: limits,
                media: mediaLimits, needsTwoFactorOfStaff: needsTwoFactorOfStaff),
            tokens: TokenIssuer(
                accessTokens: TokenSigner(secret: Self.accessSecret),
                refreshTokens: TokenSigner(secret: Self.refreshSecret),
                devices: DeviceTokens(secret: Self.refreshSecret)),
            emailTokens: emailTokens,
            twoFactorCodes: TwoFactorCodes(secret: Self.refreshSecret, clock: clock.read), passwords: Self.passwords,
            providers: Providers([], secret: Self.refreshSecret, log: environment.log),
            pushSender: PushSender(pair: KeyPair(), contact: "https://socialplay.example"),
            blobs: try LocalBlobStore(root: folder), disk: Self.disk, metrics: Metrics())
        let features = FeatureEnvironment(
            on: environment.loop, database: database, redis: environment.redis, shared: shared,
            revoked: RevokedSessions(on: environment.loop, sessions: SessionStore(database)))
        presence = PresenceFeature(features)
        accounts = AccountFeature(features, presence: presence)
        friends = FriendFeature(features, presence: presence)
        messages = MessageFeature(features, presence: presence)
        notifications = NotificationFeature(features)
        media = MediaFeature(features)
        follows = FollowFeature(features)
        profiles = ProfileFeature(features, presence: presence, friends: friends, follows: follows)
        posts = PostFeature(features)
        integration = IntegrationFeature(features)
        operations = OperationsFeature(features)
        moderation = ModerationFeature(features, presence: presence, posts: posts)
        analytics = AnalyticsFeature(features)
        events = EventFeature(features)
    }

    /// Runs a body on the loop; the test must have the `.database` trait.
    /// - Parameters:
    ///   - port: The port of a Redis of the test's own.
    ///   - database: Another way to the test's database.
    ///   - needsTwoFactorOfStaff: As the setting; the sessions of the test's database are told.
    static func open(
        limits: LimitMode = .off, redisAt port: Int? = nil, database: Secret<String>? = nil,
        needsTwoFactorOfStaff: Bool = false,
        _ body: @escaping @Sendable (FeatureHarness) async throws -> Void
    ) async throws {
        let folder = "/tmp/features-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let told = needsTwoFactorOfStaff ? ["socialplay.two_factor_for_staff": "on"] : [:]
        try await TestEnvironment.open(redisAt: port, database: database, parameters: told) {
            try await body(FeatureHarness($0, folder: folder, limits, needsTwoFactorOfStaff: needsTwoFactorOfStaff))
        }
    }

    /// Sends one command to Redis, when it is connected.
    func command(_ words: [String]) async throws {
        await redis.connected()
        _ = try await redis.command(words.map { RedisArgument($0) })
    }

    /// Runs a body with several of them, as of several processes: one database, one folder, and a connection of its own
    /// each, so that their statements run at the same time.
    static func openParallel(
        _ count: Int, media: MediaLimits, _ body: @escaping @Sendable ([FeatureHarness]) async throws -> Void
    ) async throws {
        try await openParallel(count) { environment, client, folder in
            try FeatureHarness(environment, client, folder: folder, .off, media)
        } body: {
            try await body($0)
        }
    }

    static func openParallel(
        _ count: Int, _ body: @escaping @Sendable ([FeatureHarness]) async throws -> Void
    ) async throws {
        try await openParallel(count) { environment, client, folder in
            try FeatureHarness(environment, client, folder: folder, .off)
        } body: {
            try await body($0)
        }
    }

    private static func openParallel(
        _ count: Int,
        _ harness: @escaping @Sendable (TestEnvironment, Database, String) throws -> FeatureHarness,
        body: @escaping @Sendable ([FeatureHarness]) async throws -> Void
    ) async throws {
        let folder = "/tmp/features-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await TestEnvironment.open { environment in
            try await body(environment.databases(count).map { try harness(environment, $0, folder) })
        }
    }

    /// Inserts an account with a session, without the expensive hash of a password.
    func user(_ name: String) async throws -> Caller {
        let (id, session) = (Self.id(UserID.self), Self.id(SessionID.self))
        let inAnHour = Timestamp.now.adding(.seconds(3_600))
        try await AccountStore(database).register(
            NewAccount(
                id: id, email: "\(name)@example.com", username: name, passwordHash: "no hash", persona: .listener),
            session: NewSession(
                id: session, refreshHash: Array(name.utf8), expiresAt: inAnHour, userAgent: nil,
                ipAddress: "127.0.0.1"),
            token: NewEmailToken(id: Self.id(EmailTokenID.self), expiresAt: inAnHour), enqueuing: [])
        return Caller(Principal(user: id, session: session), TestClient())
    }

    /// Inserts two accounts that are friends.
    func twoFriends() async throws -> (Caller, Caller) {
        let (ada, bob) = (try await user("ada"), try await user("bob"))
        try await befriend(ada, bob)
        return (ada, bob)
    }

    func befriend(_ one: Caller, _ other: Caller) async throws {
        let request = try await friends.sendRequest(to: other.user, message: nil, by: one)
        _ = try await friends.respond.accept(request.id, by: other)
    }

    /// Registers an account with a real password.
    func register(_ name: String, password: String = TestClient.password) async throws -> TestLogin {
        let made = try await accounts.register(
            Registration(
                email: try EmailAddress("\(name)@example.com"), username: try Username(name),
                password: try Password(password)), client: TestClient())
        return try TestLogin(made.tokens, accounts)
    }

    /// Logs in on another device.
    func logIn(_ name: String, password: String = TestClient.password) async throws -> TestLogin {
        let made = try await accounts.logIn(
            email: "\(name)@example.com", password: password, client: TestClient())
        return try TestLogin(made.tokens, accounts)
    }

    static func id<ID: EntityID>(_ type: ID.Type = ID.self) -> ID {
        ID(unixMilliseconds: Timestamp.now.unixMilliseconds)
    }
}

/// The tokens of one login, and the caller that they identify.
struct TestLogin: Sendable {
    let tokens: IssuedTokens
    let caller: Caller

    init(_ tokens: IssuedTokens, _ accounts: AccountFeature) throws {
        self.tokens = tokens
        caller = Caller(try accounts.authenticator.principal(accessToken: tokens.access), TestClient())
    }
}

/// A clock in seconds since 1970 that a test moves.
final class TestSeconds: Sendable {
    private let now = Mutex(Timestamp.now.unixSeconds)
    var read: @Sendable () -> Int { { self.now.withLock { $0 } } }
    func pass(_ seconds: Int) { now.withLock { $0 += seconds } }
}

/// A client program without a transport.
struct TestClient: Client {
    static let password = "correct horse battery staple"

    var address = "203.0.113.7"
    var source: String { address }
    var deviceToken: String?
    var userAgent: String? = "test"
    var language = Language.english
    let trace = "trace-of-a-test"
}

extension Page {
    /// The first page.
    static func first(_ limit: Int = 50) throws -> Page {
        try Page(number: nil, limit: "\(limit)", defaultLimit: 20, maximumLimit: 100)
    }
}

/// Expects that a use case refuses a command with a code.
@discardableResult
func expect<Value>(
    _ code: DomainError.Code, _ kind: DomainError.Kind? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ command: () async throws -> Value
) async -> DomainError? {
    do {
        _ = try await command()
        Issue.record("\(code) was expected, and the command succeeded", sourceLocation: sourceLocation)
    } catch let error as DomainError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        if let kind { #expect(error.kind == kind, sourceLocation: sourceLocation) }
        return error
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}

/// Folders of a test.
enum Folder {
    static func create(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}
