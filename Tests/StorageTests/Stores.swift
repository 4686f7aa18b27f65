import Chassis
import Domain
import Postgres
import Storage
import TestSupport

/// The stores on one loop and a database of the test's own. Loop-confined.
final class Stores: @unchecked Sendable {
    let database: Database
    let accounts: AccountStore
    let sessions: SessionStore
    let media: MediaStore

    private init(_ database: Database) {
        self.database = database
        accounts = AccountStore(database)
        sessions = SessionStore(database)
        media = MediaStore(database)
    }

    /// Runs a body with them; the test must have the `.database` trait.
    static func open(_ body: @escaping @Sendable (Stores) async throws -> Void) async throws {
        try await TestEnvironment.open { try await body(Stores($0.database)) }
    }

    /// Runs a body with several of them, each on a connection of its own: their statements run at the same time.
    static func openParallel(
        _ count: Int, _ body: @escaping @Sendable (TestEnvironment, [Stores]) async throws -> Void
    ) async throws {
        try await TestEnvironment.open { environment in
            try await body(environment, environment.databases(count).map { Stores($0) })
        }
    }

    static func id<ID: EntityID>(_ type: ID.Type) -> ID { ID(unixMilliseconds: Timestamp.now.unixMilliseconds) }

    func register(_ name: String, hash: [UInt8] = [1]) async throws -> (account: Account, session: SessionID) {
        let new = NewAccount(
            id: Self.id(UserID.self), email: "\(name)@b.example", username: name, passwordHash: "hash",
            persona: .listener)
        let session = NewSession(
            id: Self.id(SessionID.self), refreshHash: hash, expiresAt: Timestamp.now.adding(.seconds(3_600)),
            userAgent: nil, ipAddress: "127.0.0.1")
        let token = NewEmailToken(id: Self.id(EmailTokenID.self), expiresAt: Timestamp.now.adding(.seconds(3_600)))
        try await accounts.register(new, session: session, token: token, enqueuing: [Self.job()])
        return (new.account, session.id)
    }

    /// Exchanges a refresh token; a reuse enqueues a job of the kind `reuse-notice`.
    func rotate(
        _ session: SessionID, _ presented: [UInt8], to next: [UInt8], at time: Int = 0, answer: [UInt8]? = nil
    ) async throws -> SessionStore.Rotation {
        try await sessions.rotate(
            TokenExchange(
                of: session, presented: presented, next: next, expiresAt: Timestamp.now.adding(.seconds(600)),
                issuedAt: time, answer: answer),
            notifying: { OutboxJob(id: Self.id(JobID.self), queue: "q", kind: "reuse-notice", payload: "{}") })
    }

    static func job() -> OutboxJob {
        OutboxJob(id: id(JobID.self), queue: "q", kind: "k", payload: "{}")
    }

    /// An avatar as an upload leaves it.
    func upload(
        _ user: UserID, id given: MediaID? = nil, bytes: Int = 1_000
    ) async throws -> (media: MediaID, job: JobID) {
        let job = Self.job()
        let id = given ?? Self.id(MediaID.self)
        _ = try await media.add(
            NewMedia(
                id: id, owner: user, purpose: .avatar, originalName: "фото.jpg", fileName: "\(id).jpg",
                mimeType: "image/jpeg", format: "jpeg", byteCount: bytes, sha256: [7]), within: Self.quota,
            enqueuing: [job])
        return (id, job.id)
    }

    func fail(_ upload: (media: MediaID, job: JobID), reason: String) async throws -> Bool {
        try await media.fail(
            upload.media, reason: reason, job: upload.job, enqueuing: Self.job(), recording: nil)
    }

    static let quota = MediaQuota(files: 1_000, bytes: 1 << 40)

    func finish(_ upload: (media: MediaID, job: JobID)) async throws -> Bool {
        let removals = try await media.replaceablePictures(by: upload.media).map { ($0, Self.job()) }
        return try await media.finishPicture(
            upload.media, metadata: Array(#"{"width":4}"#.utf8), job: upload.job,
            enqueuing: Dictionary(uniqueKeysWithValues: removals))
    }

    /// `media_count`, `media_bytes`, the rows and their bytes: the first two must equal the last two.
    func counts(of user: UserID) async throws -> [Int] {
        var row = try await database.read(Self.counts, [.id(user)])[0]
        return [try row.int(), try row.int(), try row.int(), try row.int()]
    }

    private static let counts = Statement(
        "test_counts",
        """
        SELECT media_count, media_bytes, (SELECT count(*) FROM media WHERE user_id = $1 AND state <> 'failed'),
               (SELECT coalesce(sum(byte_count), 0)::bigint FROM media WHERE user_id = $1 AND state <> 'failed')
        FROM profiles WHERE user_id = $1
        """)

    func jobs(kind: String) async throws -> Int {
        var row = try await database.read(Self.jobs, [.text(kind)])[0]
        return try row.int()
    }

    private static let jobs = Statement("test_jobs", "SELECT count(*) FROM outbox WHERE kind = $1")
}
