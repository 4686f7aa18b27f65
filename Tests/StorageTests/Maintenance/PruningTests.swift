import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Pruning", .database)
struct PruningTests {
    @Test func `ended jobs are deleted when their retention is over, and no others`() async throws {
        try await Stores.open { stores in
            _ = try await stores.database.write(Self.jobs)
            #expect(try await Pruning(stores.database).removeJobs() == 3)
            #expect(
                try await stores.texts(Self.kinds) == [
                    "dead for ever", "dead for now", "queued", "queued again", "waiting",
                ])
            #expect(try await Pruning(stores.database).removeJobs() == 0)
        }
    }

    @Test func `rows are deleted in bounded batches`() async throws {
        try await Stores.open { stores in
            for _ in 0..<3 { _ = try await stores.database.write(Self.jobs) }
            let pruning = Pruning(stores.database)
            var batches: [Int] = []
            while batches.last != 0 { batches.append(try await pruning.removeJobs(limit: 4)) }
            #expect(batches == [4, 4, 1, 0])
        }
    }

    private static let jobs = Statement(
        "test_ended_jobs",
        """
        INSERT INTO outbox (id, queue, kind, payload, state, keep_until)
        SELECT gen_random_uuid(), 'q', kind, '{}', state, now() + hours * interval '1 hour'
        FROM (VALUES ('done', 'done', -1), ('dead', 'dead', -1), ('cancelled', 'cancelled', -1),
                     ('dead for now', 'dead', 1), ('dead for ever', 'dead', NULL), ('queued', 'queued', NULL),
                     ('queued again', 'queued', -1), ('waiting', 'waiting', -1)) AS job(kind, state, hours)
        """)
    private static let kinds = Statement("test_kinds", "SELECT kind FROM outbox ORDER BY kind")

    @Test func `old scheduled runs are deleted, but never the newest of a name`() async throws {
        try await Stores.open { stores in
            _ = try await stores.database.write(
                Statement(
                    "test_scheduled_runs",
                    """
                    INSERT INTO ticks (name, due_at)
                    SELECT name, now() - days * interval '1 day'
                    FROM (VALUES ('often', 4), ('often', 3), ('often', 0), ('rare', 400), ('rare', 100), ('once', 900))
                        AS run(name, days)
                    """))
            let pruning = Pruning(stores.database)
            #expect(try await pruning.removeScheduledRuns(limit: 2) == 2)
            #expect(try await pruning.removeScheduledRuns(limit: 2) == 1)
            #expect(try await pruning.removeScheduledRuns(limit: 2) == 0)
            let left = try await stores.texts(
                Statement(
                    "test_scheduled_runs_left",
                    "SELECT name || ' ' || round(extract(epoch FROM now() - due_at) / 86400) FROM ticks ORDER BY name"))
            #expect(left == ["often 0", "once 900", "rare 100"])
        }
    }

    @Test func `sources of logins are forgotten after thirty days`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            _ = try await stores.database.write(
                Statement(
                    "test_sources",
                    """
                    INSERT INTO login_sources (user_id, address, last_login_at)
                    SELECT $1, address, now() - days * interval '1 day'
                    FROM (VALUES ('a', 29), ('b', 31), ('c', 60)) AS source(address, days)
                    """), [.id(user)])
            let pruning = Pruning(stores.database)
            #expect(try await pruning.removeLoginSources(limit: 1) == 1)
            #expect(try await pruning.removeLoginSources() == 1)
            let left = Statement("test_sources_left", "SELECT address FROM login_sources ORDER BY address")
            #expect(try await stores.texts(left) == ["127.0.0.1", "a"])
            _ = try await stores.accounts.delete(user, enqueuing: Stores.job())
            #expect(try await stores.texts(left) == [])
        }
    }

    // MARK: Sessions

    @Test func `sessions are deleted long after their end`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let kept = [
                try await stores.session(of: user, begun: 400, expired: -6),
                try await stores.session(of: user, begun: 60, expired: 29),
                try await stores.session(of: user, begun: 60, expired: -3, ended: 29),
                try await stores.session(of: user, begun: 1, expired: -6),
            ]
            let removed = [
                try await stores.session(of: user, begun: 400, expired: 31),
                try await stores.session(of: user, begun: 50, expired: 20, ended: 31),
                try await stores.session(of: user, begun: 50, expired: 31, ended: 10),
            ]
            var count = 0
            var last: SessionID?
            repeat {
                let page = try await Pruning(stores.database).removeSessions(after: last, limit: 2)
                count += page.count
                last = page.last
            } while last != nil
            #expect(count == 3)
            let left = Set(try await stores.texts(Self.sessions))
            #expect(left.isSuperset(of: kept.map(\.description)))
            #expect(left.isDisjoint(with: removed.map(\.description)))
            #expect(left.count == kept.count + 1)
        }
    }

    private static let sessions = Statement("test_sessions", "SELECT id::text FROM sessions")

    @Test func `a token of a deleted session is refused like one of an ended session`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let session = try await stores.session(of: user, begun: 50, expired: -1, ended: 40)
            func isRefused() async throws -> Bool {
                if case .refused = try await stores.rotate(session, [1], to: [2]) { true } else { false }
            }
            let before = try await isRefused()
            #expect(before)
            #expect(try await Pruning(stores.database).removeSessions(after: nil).count == 1)
            let after = try await isRefused()
            #expect(after)
            #expect(try await stores.sessions.end(session) == false)
        }
    }

    @Test func `a reused token is recognised as long as its session is open`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let session = try await stores.session(of: user, begun: 400, expired: -6)
            #expect(try await Pruning(stores.database).removeSessions(after: nil).count == 0)
            let rotation = try await stores.rotate(session, [8], to: [2])
            guard case .reused = rotation else {
                Issue.record("\(rotation)")
                return
            }
        }
    }
}

extension Stores {
    /// Opens a session.
    /// - Parameters:
    ///   - begun: Days since it was opened.
    ///   - expired: Days since it expired; negative for days until then.
    ///   - ended: Days since it ended; nil for an open session.
    fileprivate func session(
        of user: UserID, begun: Int, expired: Int, ended: Int? = nil
    ) async throws -> SessionID {
        let day = 86_400_000
        let now = Timestamp.now.unixMilliseconds
        let session = NewSession(
            id: SessionID(unixMilliseconds: now - begun * day), refreshHash: [1],
            expiresAt: Timestamp(unixSeconds: (now - expired * day) / 1_000), userAgent: nil, ipAddress: "::1")
        _ = try await sessions.open(session, for: user, verifiedHash: "hash", newHash: nil, enqueuing: Self.job())
        _ = try await database.write(Self.begin, [.id(session.id), .integer(begun)])
        if let ended { _ = try await database.write(Self.end, [.id(session.id), .integer(ended)]) }
        return session.id
    }

    private static let begin = Statement(
        "test_begin_session",
        """
        UPDATE sessions SET created_at = now() - $2 * interval '1 day', refreshed_at = now() - $2 * interval '1 day'
        WHERE id = $1
        """)

    private static let end = Statement(
        "test_end_session", "UPDATE sessions SET ended_at = now() - $2 * interval '1 day' WHERE id = $1")
}
