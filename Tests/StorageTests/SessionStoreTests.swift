import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Sessions", .database)
struct SessionStoreTests {
    private let later = Timestamp.now.adding(.seconds(600))

    @Test func `a refresh token works once, and the previous one ends nothing for thirty seconds`() async throws {
        try await Stores.open { stores in
            let (account, session) = try await stores.register("ada", hash: [1])
            guard case .rotated(let shown) = try await stores.rotate(session, [1], to: [2]) else {
                Issue.record("the first exchange was refused")
                return
            }
            #expect(shown.id == account.id)
            try await stores.age(session, seconds: 25)
            #expect(isRefused(try await stores.rotate(session, [1], to: [3])))
            #expect(try await stores.sessions.endedWithin(seconds: 60) == [])
            try await stores.age(session, seconds: 6)
            #expect(reuse(try await stores.rotate(session, [1], to: [3])) == "reuse-notice")
            #expect(isRefused(try await stores.rotate(session, [2], to: [3])))
            #expect(try await stores.sessions.endedWithin(seconds: 60) == [session])
            #expect(try await stores.jobs(kind: "reuse-notice") == 1)
        }
    }

    @Test func `a token before the previous one ends its session at once`() async throws {
        try await Stores.open { stores in
            let session = try await stores.register("ada", hash: [1]).session
            _ = try await stores.rotate(session, [1], to: [2])
            _ = try await stores.rotate(session, [2], to: [3])
            #expect(isRefused(try await stores.rotate(session, [2], to: [4])))
            #expect(reuse(try await stores.rotate(session, [1], to: [4])) != nil)
            #expect(try await stores.sessions.endedWithin(seconds: 60) == [session])
        }
    }

    @Test func `an exchange is repeated for a minute under its key, also after the next exchange`() async throws {
        try await Stores.open { stores in
            let (account, session) = try await stores.register("ada", hash: [1])
            _ = try await stores.rotate(session, [1], to: [2], at: 1_000, answer: [10])
            #expect(try await repeated(session, [1], [10], stores) == 1_000)
            #expect(try await repeated(session, [1], [11], stores) == nil)
            _ = try await stores.rotate(session, [2], to: [3], at: 1_010, answer: [20])
            try await stores.age(session, seconds: 55)
            #expect(try await repeated(session, [1], [10], stores) == 1_000)
            #expect(try await repeated(session, [2], [20], stores) == 1_010)
            try await stores.age(session, seconds: 6)
            // The next exchange removes the answers that nothing repeats any more.
            _ = try await stores.rotate(session, [3], to: [4], at: 1_080, answer: [30])
            #expect(try await stores.answers() == [[30]])
            _ = try await stores.accounts.deactivate(account.id)
            #expect(try await repeated(session, [3], [30], stores) == nil)
        }
    }

    @Test func `of many exchanges at once exactly one wins, and those under its key repeat it`() async throws {
        try await Stores.open { stores in
            let session = try await stores.register("ada", hash: [1]).session
            let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        // Two clients: ten requests with one key each.
                        let answer: [UInt8] = [UInt8(number % 2)]
                        switch try await stores.rotate(session, [1], to: [UInt8(100 + number)], at: 7, answer: answer)
                        {
                        case .rotated: return "rotated"
                        case .repeated(_, 7): return "repeated"
                        case .refused: return "refused"
                        default: return "other"
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == "rotated" } == 1)
            #expect(outcomes.count { $0 == "repeated" } == 9)
            #expect(outcomes.count { $0 == "refused" } == 10)
        }
    }

    @Test func `an expired session is refused`() async throws {
        try await Stores.open { stores in
            let session = try await stores.register("ada", hash: [1]).session
            _ = try await stores.database.write(
                Statement("test_expire", "UPDATE sessions SET expires_at = now() - interval '1 second'"), [])
            #expect(isRefused(try await stores.rotate(session, [1], to: [2])))
        }
    }

    @Test func `ending a session twice ends it once`() async throws {
        try await Stores.open { stores in
            let session = try await stores.register("ada").session
            #expect(try await stores.sessions.end(session))
            #expect(try await stores.sessions.end(session) == false)
        }
    }

    @Test func `a new password ends every other session, unless it was changed meanwhile`() async throws {
        try await Stores.open { stores in
            let (account, kept) = try await stores.register("ada")
            let other = NewSession(
                id: Stores.id(SessionID.self), refreshHash: [9], expiresAt: later, userAgent: "phone", ipAddress: "::1")
            let isEnqueued = try await stores.sessions.open(
                other, for: account.id, verifiedHash: "hash", newHash: nil, enqueuing: Stores.job())
            #expect(isEnqueued == true)
            #expect(try await change(account.id, from: "wrong", to: "new", keeping: kept, stores) == nil)
            #expect(try await change(account.id, from: "hash", to: "new", keeping: kept, stores) == [other.id])
            let again = try await change(account.id, from: "new", to: "newer", keeping: kept, stores)
            #expect(again == [])
        }
    }

    @Test func `a login is notified only from an unknown device or address`() async throws {
        try await Stores.open { stores in
            let account = try await stores.register("ada").account
            let logins: [(agent: String?, address: String, isNew: Bool)] = [
                (nil, "127.0.0.1", false), (nil, "127.0.0.2", true), ("phone", "127.0.0.1", true),
                ("phone", "127.0.0.1", false), (nil, "127.0.0.2", false),
            ]
            for login in logins {
                let session = NewSession(
                    id: Stores.id(SessionID.self), refreshHash: [9], expiresAt: later, userAgent: login.agent,
                    ipAddress: login.address)
                let isEnqueued = try await stores.sessions.open(
                    session, for: account.id, verifiedHash: "hash", newHash: nil, enqueuing: Stores.job())
                #expect(isEnqueued == login.isNew, "\(login)")
            }
        }
    }

    @Test func `a deactivated account opens no session, and its open sessions end`() async throws {
        try await Stores.open { stores in
            let (account, session) = try await stores.register("ada")
            #expect(try await stores.accounts.deactivate(account.id) == [session])
            #expect(try await stores.accounts.deactivate(account.id) == nil)
            let late = NewSession(
                id: Stores.id(SessionID.self), refreshHash: [9], expiresAt: later, userAgent: nil, ipAddress: "::1")
            let opened = try await stores.sessions.open(
                late, for: account.id, verifiedHash: "hash", newHash: nil, enqueuing: Stores.job())
            #expect(opened == nil)
            #expect(try await stores.accounts.activate(account.id))
            #expect(try await stores.accounts.activate(account.id) == false)
        }
    }

    private func change(
        _ user: UserID, from old: String, to new: String, keeping session: SessionID, _ stores: Stores
    ) async throws -> [SessionID]? {
        try await stores.accounts.changePassword(
            of: user, from: old, to: new, keeping: session, enqueuing: Stores.job())?.ended
    }

    @Test func `an address or a name is taken whatever its case, and nothing is written then`() async throws {
        try await Stores.open { stores in
            _ = try await stores.register("ada")
            await #expect(throws: AccountStore.Conflict.self) { _ = try await stores.register("ADA") }
            #expect(try await stores.jobs(kind: "k") == 1)
            let address = try EmailAddress("ADA@B.Example")
            #expect(try await stores.accounts.credentials(email: address)?.account.username == "ada")
        }
    }

    /// Presents a token that was exchanged, and returns the time of the repeated answer.
    private func repeated(
        _ session: SessionID, _ token: [UInt8], _ answer: [UInt8], _ stores: Stores
    ) async throws -> Int? {
        guard
            case .repeated(_, let time) = try await stores.rotate(session, token, to: [99], at: 5, answer: answer)
        else { return nil }
        return time
    }

    /// Returns the kind of the enqueued mail.
    private func reuse(_ rotation: SessionStore.Rotation) -> String? {
        if case .reused(let enqueued) = rotation { enqueued?.kind } else { nil }
    }

    private func isRefused(_ rotation: SessionStore.Rotation) -> Bool {
        if case .refused = rotation { true } else { false }
    }
}

extension Stores {
    /// Moves the last exchanges of a session into the past.
    fileprivate func age(_ session: SessionID, seconds: Int) async throws {
        let age = Statement(
            "test_age",
            """
            WITH answers AS (
                UPDATE refresh_answers SET created_at = created_at - $2 * interval '1 second' WHERE session_id = $1
            )
            UPDATE sessions SET refreshed_at = refreshed_at - $2 * interval '1 second' WHERE id = $1
            """)
        _ = try await database.write(age, [.id(session), .integer(seconds)])
    }

    fileprivate func answers() async throws -> [[UInt8]] {
        var ids: [[UInt8]] = []
        for var row in try await database.read(Statement("test_answers", "SELECT id FROM refresh_answers ORDER BY id"))
        {
            ids.append(try row.bytes())
        }
        return ids
    }
}
