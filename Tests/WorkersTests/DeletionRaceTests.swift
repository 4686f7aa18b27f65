import Chassis
import Domain
import Foundation
import Jobs
import MediaStoring
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// Accounts that are deleted while others write rows that name them, and while their pictures are made.
@Suite("Races of deletions", .database)
struct DeletionRaceTests {
    private static let rounds = 25

    @Test func `what is written about an account while it is deleted is refused, or deleted with it`() async throws {
        try await PoolHarness.open { pools in
            try await pools.withDatabases(4) { databases in
                var survivors = 0
                for round in 0..<Self.rounds {
                    let people = [try await pools.register("ada\(round)"), try await pools.register("bob\(round)")]
                    let race = try DeletionRace(pools, databases, deleting: people[0], other: people[1])
                    try await race.run()
                    survivors += 1
                }
                try await pools.runAll()
                #expect(try await CounterAudit(pools.context.database).page(after: nil).wrong == [])
                #expect(try await pools.count(Self.accounts) == survivors)
                for rows in [Self.friendships, Self.messages, Self.files, Self.uploads, Self.reportedTexts] {
                    #expect(try await pools.count(rows) == 0)
                }
                #expect(pools.storedFiles.isEmpty)
            }
        }
    }

    private static let accounts = Statement("test_accounts", "SELECT count(*) FROM accounts")
    private static let friendships = Statement("test_friendships", "SELECT count(*) FROM friends")
    private static let messages = Statement("test_messages", "SELECT count(*) FROM messages")
    private static let files = Statement("test_files", "SELECT count(*) FROM media")
    /// What deleted accounts have reported, and what was reported of them.
    private static let reportedTexts = Statement(
        "test_reported_texts",
        """
        SELECT count(*) FROM moderation_cases JOIN reports ON case_id = moderation_cases.id
        WHERE is_open AND owner_id NOT IN (SELECT id FROM accounts)
           OR reporter_id IS NULL AND details IS NOT NULL
        """)
    private static let uploads = Statement("test_uploads", "SELECT count(*) FROM uploads")

    @Test func `the variants of a picture whose row was deleted meanwhile are deleted`() async throws {
        try await PoolHarness.open { pools in
            let blobs = try LocalBlobStore(root: "\(pools.folder)/media")
            let picture = PoolHarness.id(MediaID.self)
            // An earlier run wrote it after the files had been removed, and died.
            try blobs.write([1], as: MediaBlobs.picture("square256.webp", of: picture))
            try await pools.run(MakeAvatar(media: picture))
            #expect(pools.storedFiles.isEmpty)
        }
    }
}

/// Everything at the same moment: a deletion, and one write of each kind that names the account.
private struct DeletionRace: Sendable {
    let pools: PoolHarness
    let databases: [Database]
    let ada: UserID
    let bob: UserID
    let blobs: any BlobStore

    init(_ pools: PoolHarness, _ databases: [Database], deleting ada: UserID, other bob: UserID) throws {
        self.pools = pools
        self.databases = databases
        self.ada = ada
        self.bob = bob
        blobs = try LocalBlobStore(root: "\(pools.folder)/media")
    }

    func run() async throws {
        let request = FriendshipID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        _ = try await FriendStore(databases[0]).request(
            request, from: ada, to: bob, message: nil, enqueuing: FriendJobs())
        let writes: [@Sendable (Database) async throws -> Void] = [
            { _ = try await FriendStore($0).accept(request, by: bob, from: ada, enqueuing: FriendJobs()) },
            { try await upload($0) },
            { try await beginUpload($0) },
            { try await write($0, from: bob, to: ada) },
            { try await write($0, from: ada, to: bob) },
            { try await delete($0) },
            { try await subscribe($0) },
            { try await export($0) },
            { try await report($0, ada, by: bob) },
            { try await report($0, bob, by: ada) },
            { _ = try await FriendStore($0).remove(ada, by: bob) },
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, write) in writes.shuffled().enumerated() {
                let database = databases[index % databases.count]
                group.addTask { try await write(database) }
            }
            try await group.waitForAll()
        }
    }

    /// As a request does: the file first, then its row.
    private func upload(_ database: Database) async throws {
        let id = PoolHarness.id(MediaID.self)
        let original = MediaBlobs.original(of: id, for: .avatar)
        try blobs.write([1, 2, 3], as: original)
        let job = try pools.context.producer.outboxJob(MakeAvatar(media: id), trace: nil)
        let new = NewMedia(
            id: id, owner: ada, purpose: .avatar, originalName: "me.jpg", fileName: "\(id).jpg",
            mimeType: "image/jpeg", format: "jpeg", byteCount: 3, sha256: [1])
        let added = try await MediaStore(database).add(
            new, within: MediaQuota(files: 100, bytes: 1_000), enqueuing: [job])
        if case .refused = added { try blobs.delete(original) }
    }

    /// As a request does that begins an upload with its first bytes.
    private func beginUpload(_ database: Database) async throws {
        let (uploads, upload) = (UploadStore(database), PoolHarness.upload(by: ada))
        let created = try await uploads.create(
            upload, lifetime: 3_600, atMost: 20, within: MediaQuota(files: 100, bytes: 1_000))
        guard case .created = created else { return }
        let chunk = UploadChunk(id: PoolHarness.id(), start: 0, byteCount: 3)
        let key = UploadBlobs.chunk(chunk.id, of: upload.id)
        try blobs.write([1, 2, 3], as: key)
        if try await uploads.add([chunk], to: upload.id, behind: 0, replacing: nil, lifetime: 3_600) == nil {
            try blobs.delete(key)
        }
    }

    private func write(_ database: Database, from sender: UserID, to receiver: UserID) async throws {
        let id = PoolHarness.id(MessageID.self)
        let notice = try pools.context.producer.outboxJob(
            Notify(.newMessage, to: receiver, by: sender, entity: id.identifier), trace: nil)
        _ = try await MessageStore(database).send(
            NewMessage(
                from: sender, to: receiver, "Hello", needsFriendship: false, in: PoolHarness.id(ConversationID.self),
                enqueuing: notice))
    }

    private func delete(_ database: Database) async throws {
        let job = try pools.context.producer.outboxJob(DeleteAccount(account: ada), trace: nil)
        #expect(try await AccountStore(database).delete(ada, enqueuing: job) != nil)
    }

    private func subscribe(_ database: Database) async throws {
        _ = try await PushSubscriptions(database).add(
            PushSubscriptions.Subscription(
                id: PoolHarness.id(SubscriptionID.self), endpoint: "https://push.example/\(ada)", publicKey: [1],
                secret: [2]), of: ada)
    }

    private func report(_ database: Database, _ user: UserID, by reporter: UserID) async throws {
        _ = try await ReportStore(database).report(
            .profile, ReportedID(user.identifier), for: .spam, details: "Look", by: reporter)
    }

    private func export(_ database: Database) async throws {
        let job = try pools.context.producer.outboxJob(ExportAccount(account: ada), trace: nil)
        _ = try await AccountExports(database).request(
            PoolHarness.id(UserID.self).identifier, of: ada, enqueuing: job)
    }
}

extension PoolHarness {
    /// The files in the store.
    fileprivate var storedFiles: [String] {
        let root = "\(folder)/media/blobs"
        return (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []).filter { path in
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isDirectory)
            return exists && !isDirectory.boolValue
        }
    }

    /// Runs a body with clients of the test's database that have a connection of their own each, so that their
    /// statements run at the same time.
    func withDatabases(_ count: Int, _ body: ([Database]) async throws -> Void) async throws {
        let clients = (0..<count).map { _ in
            Database(
                on: context.loop, settings: DatabaseSettings(url: TestDatabase.current.url),
                log: Log(level: .error, format: .text, to: .standardError), metrics: DatabaseMetrics(in: Metrics()))
        }
        for client in clients { client.start() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(clients)) } catch { result = .failure(error) }
        for client in clients { await client.close() }
        try result.get()
    }
}
