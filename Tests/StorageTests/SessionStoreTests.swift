import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Sessions", .database)
struct SessionStoreTests {
    private let later = Timestamp.now.adding(.seconds(600))

    @Test func `a refresh token works once`() async throws {
        try await Stores.open { stores in
            let (account, session) = try await stores.register("ada", hash: [1])
            guard
                case .rotated(let shown) = try await stores.sessions.rotate(
                    session, presented: [1], next: [2], expiresAt: later)
            else {
                Issue.record("the first exchange was refused")
                return
            }
            #expect(shown.id == account.id)
            // Within the simultaneous refresh time the token is refused, and the session stays open.
            #expect(isRefused(try await stores.sessions.rotate(session, presented: [1], next: [3], expiresAt: later)))
            #expect(try await stores.sessions.endedWithin(seconds: 60) == [])
            _ = try await stores.database.write(
                Statement("test_age", "UPDATE sessions SET refreshed_at = now() - interval '1 second'"), [])
            #expect(isReused(try await stores.sessions.rotate(session, presented: [1], next: [3], expiresAt: later)))
            #expect(isRefused(try await stores.sessions.rotate(session, presented: [2], next: [3], expiresAt: later)))
            #expect(try await stores.sessions.endedWithin(seconds: 60) == [session])
        }
    }

    @Test func `of many exchanges at once exactly one wins`() async throws {
        try await Stores.open { stores in
            let session = try await stores.register("ada", hash: [1]).session
            let later = later
            let wins = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        let next = [UInt8(100 + number)]
                        let rotation = try await stores.sessions.rotate(
                            session, presented: [1], next: next, expiresAt: later)
                        if case .rotated = rotation { return 1 }
                        return 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(wins == 1)
        }
    }

    @Test func `an expired session is refused`() async throws {
        try await Stores.open { stores in
            let session = try await stores.register("ada", hash: [1]).session
            _ = try await stores.database.write(
                Statement("test_expire", "UPDATE sessions SET expires_at = now() - interval '1 second'"), [])
            #expect(isRefused(try await stores.sessions.rotate(session, presented: [1], next: [2], expiresAt: later)))
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

    private func isReused(_ rotation: SessionStore.Rotation) -> Bool {
        if case .reused = rotation { true } else { false }
    }

    private func isRefused(_ rotation: SessionStore.Rotation) -> Bool {
        if case .refused = rotation { true } else { false }
    }
}
