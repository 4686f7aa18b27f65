import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Presence of one user on several devices")
struct PresenceMergingTests {
    private let ada = UserID(unixMilliseconds: 1_700_000_000_000)

    private func withPresence(
        _ body: @escaping @Sendable (PresenceStore, UserID) async throws -> Void
    ) async throws {
        try await withEventLoop { [ada] loop in
            try await RedisPrefix.withRedis(on: loop) { redis in try await body(PresenceStore(redis), ada) }
        }
    }

    @Test func `the best device counts, and the game of the one that did something last`() async throws {
        try await withPresence { presence, ada in
            let (phone, laptop) = (
                PresenceSession(user: ada, device: "phone"), PresenceSession(user: ada, device: "pc")
            )
            let first = try await presence.recordForMinute(.online(game: "Chess"), phone)
            #expect(first?.status == .online)
            #expect(first?.currentGame == "Chess")
            #expect(try await presence.recordForMinute(.away, laptop)?.status == .online)
            #expect(try await presence.recordForMinute(.online(game: "Го | 囲碁"), laptop)?.currentGame == "Го | 囲碁")
            // Saying that one is online without a game clears it (S0-66).
            #expect(try await presence.recordForMinute(.online(game: nil), laptop)?.currentGame == "Chess")
            #expect(try await presence.recordForMinute(.away, phone)?.status == .online)
            #expect(try await presence.recordForMinute(.away, laptop)?.status == .away)
            #expect(try await presence.end(laptop).status == .away)
            #expect(try await presence.end(phone).status == .offline)
            #expect(try await presence.read([ada]).isEmpty)
        }
    }

    @Test func `a user who set away stays away, whatever the devices do`() async throws {
        try await withPresence { presence, ada in
            let phone = PresenceSession(user: ada, device: "phone")
            _ = try await presence.recordForMinute(.away, phone)
            #expect(try await presence.recordForMinute(.heartbeat, phone)?.status == .away)
            #expect(try await presence.recordForMinute(.activity, phone)?.status == .away)
            #expect(try await presence.recordForMinute(.online(game: nil), phone)?.status == .online)
        }
    }

    @Test func `a user without activity becomes away, and online again with activity`() async throws {
        try await withPresence { presence, ada in
            let phone = PresenceSession(user: ada, device: "phone")
            try await presence.record(.heartbeat, of: phone, for: .seconds(60), awayAfter: .milliseconds(100))
            try await eventually("they turn away") { try await presence.markAway(limit: 10) == 1 }
            #expect(try await presence.read([ada])[ada]?.status == .away)
            #expect(try await presence.markAway(limit: 10) == 0)
            // A heartbeat is no activity (S4-20).
            #expect(try await presence.recordForMinute(.heartbeat, phone)?.status == .away)
            #expect(try await presence.recordForMinute(.activity, phone)?.status == .online)
        }
    }

    @Test func `activity without a session opens none`() async throws {
        try await withPresence { presence, ada in
            let received = try await presence.recordForMinute(.activity, PresenceSession(user: ada, device: "web"))
            #expect(received == nil)
            let present = try await presence.read([ada])
            #expect(present.isEmpty)
        }
    }

    @Test func `activity extends a session of a single request, not one of heartbeats`() async throws {
        try await withPresence { presence, ada in
            for sign in [PresenceStore.Event.online(game: nil), .heartbeat] {
                let session = PresenceSession(user: ada, device: "\(sign)")
                try await presence.record(sign, of: session, for: .milliseconds(50), awayAfter: .seconds(60))
                try await presence.record(.activity, of: session, for: .seconds(60), awayAfter: .seconds(60))
            }
            try await eventually("one is over") { try await presence.expired(limit: 10).count == 1 }
            let expired = try await presence.expired(limit: 10)
            #expect(expired[0].session?.device == "heartbeat")
        }
    }

    @Test func `a change is published once, and a repeated state is not`() async throws {
        try await withEventLoop { [ada] loop in
            let settings = try RedisPrefix.settings()
            let redis = Redis(on: loop, settings: settings, log: .quiet)
            redis.start()
            await redis.connected()
            let presence = PresenceStore(redis)
            let received = LoopBound(Received(), on: loop)
            let subscription = RedisSubscription(
                on: loop, settings: settings, channels: [redis.key(PresenceStore.channel)], log: .quiet,
                onSubscribed: { received.value.isReady = true },
                onMessage: { _, message in received.value.messages.append(String(decoding: message, as: UTF8.self)) })
            subscription.start()
            try await eventually("it listens") { received.value.isReady }
            let phone = PresenceSession(user: ada, device: "phone")
            _ = try await presence.recordForMinute(.online(game: nil), phone)
            for _ in 0..<5 { _ = try await presence.recordForMinute(.heartbeat, phone) }
            _ = try await presence.recordForMinute(.online(game: "Go"), phone)
            _ = try await presence.end(phone)
            try await eventually("three changes") { received.value.messages.count == 3 }
            #expect(received.value.messages[0].contains(#""status":"online""#))
            #expect(received.value.messages[1].contains(#""currentGame":"Go""#))
            #expect(received.value.messages[2].contains(#""status":"offline""#))
            let changes = received.value.messages.compactMap { PresenceChange(message: Array($0.utf8)) }
            #expect(changes.map(\.status) == [.online, .online, .offline])
            #expect(changes.map(\.user) == [ada, ada, ada])
            // A subscriber sees that none is missing, and after a flush that the count began anew.
            #expect(changes.map(\.number) == (0..<3).map { changes[0].number + $0 })
            #expect(try await presence.lastChange() == changes[2].number)
            try await presence.publishVisibility(of: ada, isShown: false)
            try await eventually("and whether it is shown") { received.value.messages.count == 4 }
            let last = PresenceChange(message: Array(received.value.messages[3].utf8))
            #expect(last?.number == changes[2].number + 1)
            #expect(last?.status == nil)
            try await RedisPrefix.removeKeys(of: redis)
            let none = try await presence.lastChange()
            #expect(none == nil)
            _ = try await presence.recordForMinute(.online(game: nil), phone)
            try await eventually("one more") { received.value.messages.count == 5 }
            let later = try #require(PresenceChange(message: Array(received.value.messages[4].utf8)))
            #expect(later.number > changes[2].number + 1)
            await subscription.close()
            try await RedisPrefix.removeKeys(of: redis)
            await redis.close()
        }
    }

    @Test func `thousands of expired sessions end in batches, each once`() async throws {
        try await withPresence { presence, ada in
            let users = (0..<5_000).map { UserID(Identifier(high: UInt64($0), low: 1)) }
            try await withThrowingTaskGroup { group in
                for user in users {
                    group.addTask {
                        try await presence.record(
                            .heartbeat, of: PresenceSession(user: user, device: "d"), for: .zero,
                            awayAfter: .seconds(60))
                    }
                }
                for try await _ in group {}
            }
            var ended: [UserID] = []
            while true {
                let expired = try await presence.expired(limit: 500)
                guard !expired.isEmpty else { break }
                #expect(expired.count == 500)
                ended += try await presence.remove(expired).compactMap(\.session?.user)
            }
            #expect(ended.count == 5_000)
            #expect(Set(ended) == Set(users))
        }
    }
}

/// The messages of a subscription. Loop-confined.
private final class Received {
    var isReady = false
    var messages: [String] = []
}

extension PresenceStore {
    fileprivate func recordForMinute(_ event: Event, _ session: PresenceSession) async throws -> Presence? {
        try await record(event, of: session, for: .seconds(60), awayAfter: .seconds(600))
    }
}

extension Log {
    fileprivate static var quiet: Log { Log(level: .error, format: .text, to: .standardError) }
}
