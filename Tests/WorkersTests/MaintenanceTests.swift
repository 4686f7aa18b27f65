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

/// Deletion and export of accounts, pruning, reconciliation and the expiry of presence.
@Suite("Maintenance", .database)
struct MaintenanceTests {
    @Test func `an account is deleted with everything that belongs to it`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            _ = try await pools.message(from: ada, to: bob)
            try await exportFile(of: ada, in: pools)
            let job = try pools.context.producer.outboxJob(DeleteAccount(account: ada), trace: nil)
            #expect(try await pools.accounts.delete(ada, enqueuing: job) != nil)
            try await pools.runAll()
            #expect(try await pools.count(Self.accounts) == 1)
            #expect(try await pools.count(Self.messages) == 0)
            #expect(!exists(ada, in: pools))
            try await pools.run(DeleteAccount(account: ada))
        }
    }

    private static let accounts = Statement("test_accounts", "SELECT count(*) FROM accounts")
    private static let messages = Statement("test_messages", "SELECT count(*) FROM messages")

    @Test func `an export is one JSON document, and is removed when it expires`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            for _ in 0..<2 { _ = try await pools.message(from: ada, to: bob) }
            try await exportFile(of: ada, in: pools)
            let export = try await AccountExports(pools.context.database).find(of: ada)
            #expect(export?.state == .ready)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path(ada, in: pools)))
            #expect(export?.byteCount == bytes.count)
            let document = try JSONDecoder().decode(ProductJSON.self, from: bytes)
            #expect(document["messages"].array?.count == 2)
            _ = try await pools.context.database.write(
                Statement("test_expire_exports", "UPDATE account_exports SET expires_at = now() - interval '1 hour'"))
            try await pools.run(PruneExports())
            #expect(!exists(ada, in: pools))
        }
    }

    // The effect of each is a change of a row that does not exist.
    @Test func `jobs about deleted rows are finished too`() async throws {
        try await PoolHarness.open { pools in
            try await pools.run(MakeAvatar(media: PoolHarness.id()))
            try await pools.run(DeleteAccount(account: PoolHarness.id()))
            try await pools.run(ExportAccount(account: PoolHarness.id()))
            let ada = try await pools.register("ada")
            try await pools.run(ExportAccount(account: ada))
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
        }
    }

    private func exportFile(of user: UserID, in pools: PoolHarness) async throws {
        let job = try pools.context.producer.outboxJob(ExportAccount(account: user), trace: nil)
        #expect(
            try await AccountExports(pools.context.database).request(
                PoolHarness.id(UserID.self).identifier, of: user, enqueuing: job))
        try await pools.runAll()
        #expect(exists(user, in: pools))
    }

    private func path(_ user: UserID, in pools: PoolHarness) -> String {
        "\(pools.folder)/media/blobs/\(ExportBlobs.file(of: user))"
    }

    private func exists(_ user: UserID, in pools: PoolHarness) -> Bool {
        FileManager.default.fileExists(atPath: path(user, in: pools))
    }

    @Test func `counters are corrected by the rows they count`() async throws {
        try await PoolHarness.open { pools in
            for name in ["ada", "bob"] { _ = try await pools.register(name) }
            _ = try await pools.context.database.write(
                Statement("test_miscount", "UPDATE profiles SET media_count = 7, media_bytes = 70"))
            try await pools.run(ReconcileCounters())
            #expect(try await pools.count(Self.counted) == 0)
        }
    }

    private static let counted = Statement(
        "test_counted", "SELECT sum(media_count + media_bytes)::bigint FROM profiles")

    @Test func `jobs and sessions are pruned when their time has passed`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            _ = try await pools.context.database.write(
                Statement(
                    "test_old_jobs",
                    """
                    INSERT INTO outbox (id, queue, kind, payload, state, keep_until)
                    VALUES (gen_random_uuid(), 'email', 'old', '{}', 'dead', now() - interval '1 hour'),
                           (gen_random_uuid(), 'email', 'new', '{}', 'dead', now() + interval '1 hour')
                    """))
            _ = try await pools.context.database.write(
                Statement(
                    "test_old_sessions",
                    """
                    UPDATE sessions
                    SET id = ('017f0000' || substr(id::text, 9))::uuid, created_at = now() - interval '400 days',
                        expires_at = now() - interval '31 days'
                    WHERE user_id = $1
                    """), [.id(ada)])
            try await pools.run(PruneSessions())
            #expect(try await pools.count(Self.sessions) == 0)
            try await pools.run(PruneJobs())
            #expect(try await pools.count(Self.kept) == 1)
        }
    }

    private static let sessions = Statement("test_sessions", "SELECT count(*) FROM sessions")
    private static let kept = Statement("test_kept", "SELECT count(*) FROM outbox")

    @Test func `expired presence sessions end, and the time of the last heartbeat is kept`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let presence = PresenceStore(pools.context.redis)
            try await presence.record(
                .online(game: nil), of: PresenceSession(user: ada, device: "phone"), for: .milliseconds(20),
                awayAfter: .seconds(60))
            try await presence.record(
                .online(game: nil), of: PresenceSession(user: bob, device: "phone"), for: .seconds(60),
                awayAfter: .seconds(60))
            try await pools.context.loop.sleep(for: .milliseconds(50))
            try await pools.run(ExpirePresence())
            #expect(try await presence.expired(limit: 10).isEmpty)
            #expect(try await presence.read([ada])[ada].map { $0.status == .offline } ?? true)
            #expect(try await presence.read([bob])[bob]?.status == .online)
            #expect(try await pools.count(Self.seen) == 1)
        }
    }

    @Test func `the presence of a login that a process ended before it died is ended by the presence workers`()
        async throws
    {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let presence = PresenceStore(pools.context.redis)
            let sessions = SessionStore(pools.context.database)
            for user in [ada, bob] {
                let session = try #require(try await sessions.open(of: user).first).id
                try await presence.record(
                    .online(game: nil), of: PresenceSession(user: user, device: session.description),
                    for: .seconds(60), awayAfter: .seconds(60))
            }
            _ = try await sessions.endAll(of: ada, because: .ended)
            try await pools.run(ExpirePresence())
            #expect(try await presence.read([ada]).isEmpty)
            #expect(try await presence.read([bob])[bob]?.status == .online)
            #expect(try await pools.count(Self.seen) == 1)
        }
    }

    private static let seen = Statement("test_seen", "SELECT count(*) FROM user_cards WHERE last_seen_at IS NOT NULL")
}
