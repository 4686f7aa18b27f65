import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Last seen", .database)
struct LastSeenTests {
    @Test func `the time only moves forward, and unknown users are ignored`() async throws {
        try await Stores.open { stores in
            let lastSeen = LastSeen(stores.database)
            let ada = try await stores.register("ada").account.id
            let bob = try await stores.register("bob").account.id
            let early = Timestamp(unixSeconds: 1_700_000_000)
            let late = Timestamp(unixSeconds: 1_700_000_060)
            try await lastSeen.write([ada: late, Stores.id(UserID.self): late])
            try await lastSeen.write([ada: early, bob: early])
            try await lastSeen.write([ada: late, bob: late])
            try await lastSeen.write([bob: early])
            try await lastSeen.write([:])
            #expect(
                try await stores.texts(Self.seen) == ["ada 1700000060", "bob 1700000060"])
        }
    }

    @Test func `a user is seen now by PostgreSQL's clock, and never before a recorded time`() async throws {
        try await Stores.open { stores in
            let lastSeen = LastSeen(stores.database)
            let ada = try await stores.register("ada").account.id
            let clock = Statement("test_clock", "SELECT clock_timestamp()")
            var before = try await stores.database.read(clock, [])[0]
            let seen = try #require(try await lastSeen.writeNow(ada))
            var after = try await stores.database.read(clock, [])[0]
            #expect(try before.timestamp() <= seen && seen <= after.timestamp())
            let ahead = Timestamp(unixSeconds: seen.unixSeconds + 3_600)
            try await lastSeen.write([ada: ahead])
            #expect(try await lastSeen.writeNow(ada) == ahead)
            #expect(try await lastSeen.writeNow(Stores.id(UserID.self)) == nil)
        }
    }

    @Test func `what a process of the version before writes is kept`() async throws {
        try await Stores.open { stores in
            let ada = try await stores.register("ada").account.id
            let write = Statement(
                "test_earlier_seen", "UPDATE accounts SET last_seen_at = to_timestamp(1700000000) WHERE id = $1")
            _ = try await stores.database.write(write, [.id(ada)])
            #expect(try await stores.texts(Self.seen) == ["ada 1700000000"])
            try await LastSeen(stores.database).write([ada: Timestamp(unixSeconds: 1_700_000_060)])
            _ = try await stores.database.write(write, [.id(ada)])
            #expect(try await stores.texts(Self.seen) == ["ada 1700000060"])
        }
    }

    @Test func `many writers at once do not deadlock`() async throws {
        try await Stores.open { stores in
            var users: [UserID] = []
            for index in 0..<20 { users.append(try await stores.register("p\(index)").account.id) }
            let all = users
            let lastSeen = LastSeen(stores.database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<10 {
                    group.addTask {
                        let moment = Timestamp(unixSeconds: 1_700_000_000 + round)
                        try await lastSeen.write(
                            Dictionary(uniqueKeysWithValues: all.shuffled().map { ($0, moment) }))
                    }
                }
                try await group.waitForAll()
            }
            #expect(Set(try await stores.texts(Self.seen).map { $0.suffix(10) }) == ["1700000009"])
        }
    }

    private static let seen = Statement(
        "test_seen",
        "SELECT username || ' ' || extract(epoch FROM last_seen_at)::bigint FROM user_cards ORDER BY username")
}
