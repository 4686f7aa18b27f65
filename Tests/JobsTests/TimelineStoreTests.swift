import Chassis
import Domain
import Redis
import TestSupport
import Testing

@testable import Jobs

/// Timelines in Redis.
@Suite struct TimelineStoreTests {
    @Test func `pushes in any order, and repeated, leave the newest ids in order`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await Self.withStore { store, _, reader in
            var random = SeededRandom(seed)
            for round in 0..<60 {
                // From a few to more than a timeline has.
                var ids = (0..<Int.random(in: 1...200, using: &random)).map { _ in
                    Identifier(high: random.next(), low: random.next())
                }
                ids.sort(by: >)
                let built = Array(ids.filter { _ in Bool.random(using: &random) }.prefix(TimelineStore.size))
                // A cut timeline has all ids down to its last one; what is older is in PostgreSQL.
                let isWhole = Bool.random(using: &random)
                let known = isWhole ? ids : ids.filter { $0 >= (built.last ?? ids[0]) }
                try await store.drop(of: reader)
                let build = try #require(try await store.build(.activities, of: reader))
                var pushes = known.filter { !built.contains($0) || Bool.random(using: &random) }
                pushes.shuffle(using: &random)
                let early = pushes.prefix(pushes.count / 3)
                for id in early { _ = try await store.push(id, to: [reader], .activities) }
                #expect(try await store.read(.activities, of: reader) == .missing)
                #expect(try await store.finish(build, built, isWhole: isWhole))
                // Older than the end: dropped by a cut timeline.
                let older = isWhole ? [] : ids.filter { $0 < (built.last ?? ids[0]) }
                for id in pushes + older { _ = try await store.push(id, to: [reader], .activities) }
                let expected = Array(known.prefix(TimelineStore.size))
                let isCut = !isWhole || known.count > TimelineStore.size
                if built.isEmpty && !isWhole { continue }
                #expect(
                    try await store.read(.activities, of: reader)
                        == .ids(expected, then: isCut ? .inDatabase : .none), "seed \(seed), round \(round)")
                for count in [1, 10, 50] where count < expected.count {
                    #expect(
                        try await store.read(.activities, of: reader, count: count)
                            == .ids(Array(expected.prefix(count)), then: .inList))
                }
            }
        }
    }

    @Test func `a timeline that does not exist is not made by a push`() async throws {
        try await Self.withStore { store, redis, reader in
            let id = Identifier(high: 1, low: 1)
            #expect(try await store.push(id, to: [reader], .activities) == 0)
            #expect(try await store.read(.activities, of: reader) == .missing)
            let build = try #require(try await store.build(.activities, of: reader))
            #expect(try await store.push(id, to: [reader], .activities) == 1)
            #expect(try await store.push(id, to: [reader], .activities) == 0)
            #expect(try await store.finish(build, [], isWhole: true))
            #expect(try await store.read(.activities, of: reader) == .ids([id], then: .none))
        }
    }

    @Test func `a build is one at a time, and a timeline that was dropped meanwhile is not written`() async throws {
        try await Self.withStore { store, redis, reader in
            let first = try #require(try await store.build(.activities, of: reader))
            #expect(try await store.build(.activities, of: reader) == nil)
            try await store.drop(of: reader)
            #expect(try await !store.finish(first, [Identifier(high: 1, low: 1)], isWhole: true))
            let second = try #require(try await store.build(.activities, of: reader))
            #expect(try await !store.finish(first, [Identifier(high: 1, low: 1)], isWhole: true))
            #expect(try await store.finish(second, [], isWhole: true))
            #expect(try await store.build(.activities, of: reader) == nil)
            #expect(try await store.read(.activities, of: reader) == .ids([], then: .none))
        }
    }

    @Test func `the build of a process that died is given up, and timelines expire`() async throws {
        try await Self.withStore { store, redis, reader in
            let key = try await Self.key(of: reader, store, redis)
            #expect((1...30).contains(try await redis.command(["TTL", key]).integer ?? 0))
            // Begun longer ago.
            _ = try await redis.command(["LSET", key, 0, "b1:died"])
            let build = try #require(try await store.build(.activities, of: reader))
            #expect(try await store.finish(build, [], isWhole: true))
            #expect((600_000...604_800).contains(try await redis.command(["TTL", key]).integer ?? 0))
            _ = try await redis.command(["EXPIRE", key, 5])
            _ = try await store.read(.activities, of: reader)
            #expect((600_000...604_800).contains(try await redis.command(["TTL", key]).integer ?? 0))
        }
    }

    // MARK: Support

    /// Begins a build and returns the key of the timeline.
    private static func key(
        of reader: UserID, _ store: TimelineStore, _ redis: Redis
    ) async throws -> RedisArgument {
        _ = try await store.build(.activities, of: reader)
        let run = try #require(redis.runID)
        return RedisArgument(redis.key("tl:\(run.prefix(10)):activities:{\(reader)}"))
    }

    private static func withStore(
        _ body: @escaping @Sendable (TimelineStore, Redis, UserID) async throws -> Void
    ) async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                try await body(TimelineStore(redis), redis, UserID(Identifier(high: 7, low: 7)))
            }
        }
    }
}
