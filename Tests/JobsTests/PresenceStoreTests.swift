import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Presence in Redis")
struct PresenceStoreTests {
    private let ada = UserID(unixMilliseconds: 1_700_000_000_000)
    private let bob = UserID(unixMilliseconds: 1_700_000_000_001)

    private func withPresence(_ body: @escaping @Sendable (PresenceStore, Redis) async throws -> Void) async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in try await body(PresenceStore(redis), redis) }
        }
    }

    @Test func `finds sessions whose time is over, the longest first, and no others`() async throws {
        try await withPresence { [ada, bob] presence, _ in
            try await presence.heartbeat(PresenceSession(user: ada, device: "phone:1"), for: .zero)
            try await eventually("the first is over") { try await presence.expired(limit: 10).count == 1 }
            try await presence.heartbeat(PresenceSession(user: bob, device: ""), for: .zero)
            try await presence.heartbeat(PresenceSession(user: ada, device: "laptop"), for: .seconds(60))
            try await eventually("both are over") { try await presence.expired(limit: 10).count == 2 }
            let expired = try await presence.expired(limit: 10)
            #expect(
                expired.map(\.session) == [
                    PresenceSession(user: ada, device: "phone:1"), PresenceSession(user: bob, device: ""),
                ])
            #expect(try await presence.expired(limit: 1).map(\.session) == [expired[0].session])
        }
    }

    @Test func `keeps what is found until it is removed, and removes it once`() async throws {
        try await withPresence { [ada] presence, redis in
            for device in 0..<5 {
                try await presence.heartbeat(PresenceSession(user: ada, device: "\(device)"), for: .zero)
            }
            try await eventually("they are over") { try await presence.expired(limit: 10).count == 5 }
            let first = try await presence.expired(limit: 10)
            let second = try await presence.expired(limit: 10)
            #expect(first.map(\.session) == second.map(\.session))
            async let removed = [presence.remove(first), presence.remove(second)]
            #expect(try await removed.map(\.count).reduce(0, +) == 5)
            #expect(try await presence.expired(limit: 10).isEmpty)
            let keys = try await redis.command(["KEYS", RedisArgument(redis.key("*"))]).array
            // The number of the last change alone.
            #expect(keys?.count == 1)
        }
    }

    @Test func `a sign of life that comes after a session was found keeps it`() async throws {
        try await withPresence { [ada] presence, _ in
            let session = PresenceSession(user: ada, device: "phone")
            try await presence.heartbeat(session, for: .zero)
            let expired = try await eventually("it is over") {
                let expired = try await presence.expired(limit: 10)
                return expired.isEmpty ? nil : expired
            }
            try await presence.heartbeat(session, for: .milliseconds(80))
            #expect(try await presence.remove(expired).isEmpty)
            try await eventually("it is over again") { try await presence.expired(limit: 10).count == 1 }
        }
    }

    @Test func `returns the time of the last heartbeat, not the deadline`() async throws {
        try await withPresence { [ada] presence, _ in
            let before = Timestamp.now
            try await presence.heartbeat(PresenceSession(user: ada, device: "phone"), for: .milliseconds(300))
            let after = Timestamp.now
            let expired = try await eventually("it is over") { try await presence.expired(limit: 10).first }
            #expect(expired.lastHeartbeat.unixMilliseconds >= before.unixMilliseconds)
            #expect(expired.lastHeartbeat <= after)
        }
    }

    @Test func `a revoked session is removed, its last event is recorded first, and no event revives it`() async throws
    {
        try await withPresence { [ada, bob] presence, redis in
            let (phone, laptop) = (
                PresenceSession(user: ada, device: "phone"), PresenceSession(user: ada, device: "laptop")
            )
            let unknown = PresenceSession(user: bob, device: "unknown")
            for session in [phone, laptop] { try await presence.heartbeat(session, for: .seconds(60)) }
            for _ in 0..<2 {
                try await presence.revoke([phone, unknown]) { (seen: [UserID: Timestamp]) async throws in
                    let status = try await presence.read([ada])[ada]?.status
                    #expect(Set(seen.keys) == [ada] && status == .online)
                }
            }
            #expect(try await presence.read([ada])[ada]?.status == .online)
            try await presence.revoke([laptop]) { _ in }
            #expect(try await presence.read([ada, bob]).isEmpty)
            for session in [phone, laptop, unknown] {
                for event in [PresenceStore.Event.heartbeat, .online(game: nil), .away, .activity] {
                    let state = try await presence.record(
                        event, of: session, for: .seconds(60), awayAfter: .seconds(60))
                    #expect(state == nil)
                }
            }
            #expect(try await presence.read([ada, bob]).isEmpty)
            // A later login of the same user is another session.
            try await presence.heartbeat(PresenceSession(user: ada, device: "tablet"), for: .seconds(60))
            #expect(try await presence.read([ada])[ada]?.status == .online)
        }
    }

    @Test func `changes are numbered from the clock of Redis, once for all subscribers`() async throws {
        try await withPresence { [ada] presence, redis in
            let time = try await redis.command(["TIME"]).array?.compactMap { $0.text.flatMap { Int($0) } } ?? []
            let first = try #require(try await presence.firstChange())
            #expect(time.count == 2 && first >= time[0] * 1_000_000 + time[1])
            #expect(try await presence.firstChange() == first)
            try await presence.heartbeat(PresenceSession(user: ada, device: "phone"), for: .seconds(60))
            #expect(try await presence.firstChange() == first + 1)
        }
    }

    @Test func `an unknown member is removed, without a user`() async throws {
        try await withPresence { presence, redis in
            let deadlines = RedisArgument(redis.key("presence:{sessions}:deadlines"))
            _ = try await redis.command(["ZADD", deadlines, 5, "garbage"])
            let expired = try await presence.expired(limit: 10)
            #expect(expired.count == 1)
            #expect(expired[0].session == nil)
            #expect(try await presence.remove(expired).count == 1)
            #expect(try await presence.expired(limit: 10).isEmpty)
        }
    }
}

extension PresenceStore {
    /// Records a heartbeat; after ten minutes without activity the user becomes away.
    fileprivate func heartbeat(_ session: PresenceSession, for time: Duration) async throws {
        try await record(.heartbeat, of: session, for: time, awayAfter: .seconds(600))
    }
}
