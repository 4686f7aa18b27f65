import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Counter audit", .database)
struct CounterAuditTests {
    @Test func `wrong counters are found and corrected, and the others left alone`() async throws {
        try await Stores.open { stores in
            let audit = CounterAudit(stores.database)
            var users: [UserID] = []
            for index in 0..<7 {
                let user = try await stores.register("p\(index)").account.id
                for _ in 0..<index { _ = try await stores.upload(user) }
                users.append(user)
            }
            try await stores.miscount(users[0], by: 3, bytes: 0)
            try await stores.miscount(users[2], by: 0, bytes: 7)
            try await stores.miscount(users[5], by: -1, bytes: -1_000)

            var wrong: [UserID] = []
            var last: UserID?
            repeat {
                let page = try await audit.page(after: last, limit: 3)
                #expect(page.wrong.count <= 3)
                wrong += page.wrong
                last = page.last
            } while last != nil
            #expect(Set(wrong) == [users[0], users[2], users[5]])
            #expect(try await audit.correct(users) == 3)
            #expect(try await audit.correct(users) == 0)
            for user in users {
                let counts = try await stores.counts(of: user)
                #expect(Array(counts[0...1]) == Array(counts[2...3]))
            }
        }
    }

    @Test func `the counters of one account are audited alone`() async throws {
        try await Stores.open { stores in
            let audit = CounterAudit(stores.database)
            let user = try await stores.register("ada").account.id
            let other = try await stores.register("bob").account.id
            try await stores.miscount(user, by: 1, bytes: 1)
            try await stores.miscount(other, by: 1, bytes: 1)
            let page = try await audit.page(after: nil, of: user)
            #expect(page.wrong == [user])
            #expect(page.last == nil)
            #expect(try await audit.page(after: nil, of: Stores.id(UserID.self)).wrong == [])
        }
    }

    // The upload has counted its file and not committed yet. A correction that counts rows now and writes after the
    // commit would lose it.
    @Test func `a correction does not lose an upload that commits meanwhile`() async throws {
        let url = TestDatabase.current.url
        try await Stores.open { stores in
            let audit = CounterAudit(stores.database)
            let user = try await stores.register("ada").account.id
            _ = try await stores.upload(user)
            try await stores.miscount(user, by: 5, bytes: 5)
            let pool = BlockingPool(name: "upload", threads: 1, queueLimit: 10)
            let commit = try await pool.run {
                let connection = try BlockingConnection.open(url)
                try connection.run("BEGIN")
                _ = try connection.query(
                    """
                    WITH added AS (
                        INSERT INTO media
                            (id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, sha256)
                        VALUES (gen_random_uuid(), $1, 'avatar', 'a', 'a', 'image/png', 'png', 10, '\\x00')
                    )
                    UPDATE profiles SET media_count = media_count + 1, media_bytes = media_bytes + 10 WHERE user_id = $1
                    """, [.uuid(user.identifier.high, user.identifier.low)])
                return Unchecked { try connection.run("COMMIT") }
            }
            async let corrected = audit.correct([user])
            try await eventually("the correction waits for the upload") {
                try await pool.run { try BlockingConnection.open(url).query(Self.waiting).count == 1 }
            }
            try await pool.run { try commit.run() }
            #expect(try await corrected == 1)
            #expect(try await stores.counts(of: user) == [2, 1_010, 2, 1_010])
        }
    }

    private static let waiting = """
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%reconcile_counters%'
        """

    @Test func `counters equal the rows after uploads, changes and many corrections at once`() async throws {
        try await Stores.open { stores in
            let audit = CounterAudit(stores.database)
            var users: [UserID] = []
            for index in 0..<4 { users.append(try await stores.register("p\(index)").account.id) }
            let all = users
            try await withThrowingTaskGroup(of: Void.self) { group in
                for user in all {
                    group.addTask {
                        for round in 0..<15 {
                            let upload = try await stores.upload(user, bytes: 100 + round)
                            if round % 3 == 0 { _ = try await stores.finish(upload) }
                            if round % 4 == 0 { try await stores.miscount(user, by: 2, bytes: 50) }
                        }
                    }
                }
                for _ in 0..<3 {
                    group.addTask { for _ in 0..<25 { _ = try await audit.correct(all.shuffled()) } }
                }
                try await group.waitForAll()
            }
            _ = try await audit.correct(all)
            for user in all {
                let counts = try await stores.counts(of: user)
                #expect(counts[0] == counts[2] && counts[1] == counts[3], "\(counts)")
            }
        }
    }
}

/// A closure that is confined to one thread.
///
/// `@unchecked Sendable`: created and run on the only thread of a pool.
private struct Unchecked: @unchecked Sendable {
    let run: () throws -> Void
}
