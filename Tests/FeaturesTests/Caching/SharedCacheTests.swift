import Chassis
import Jobs
import Postgres
import Redis
import TestSupport
import Testing

@testable import Features

/// X-33, S2-84, S2-136: values that several event loops share.
@Suite struct SharedCacheTests {
    @Test func `fifty requests of two processes at once are one build`() async throws {
        try await CacheWorld.open { world in
            let caches = [world.cache(), world.cache()]
            world.gate.close()
            async let opened: Void = {
                try await eventually("all have asked", within: 60) {
                    caches.reduce(0) { $0 + $1.metrics.misses.value } == 50
                }
                world.gate.open()
            }()
            let values = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<50 { group.addTask { try await world.read(caches[index % 2]) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await opened
            #expect(values == Array(repeating: 1, count: 50) && world.builds == 1)
            #expect(try await world.read(caches[0]) == 1 && world.builds == 1)
        }
    }

    @Test func `what was read before a write is not used after it, though it is stored later`() async throws {
        try await CacheWorld.open { world in
            let (early, other) = (world.cache(), world.cache())
            world.gate.close()
            async let old = world.read(early)
            try await eventually("it is being built", within: 60) { world.builds == 1 }
            world.source = 2
            world.gate.letOthersPass()
            await other.renew()
            // Neither joins the build of the first, nor waits for it.
            #expect(try await world.read(early) == 2)
            #expect(try await world.read(other) == 2)
            world.gate.open()
            #expect(try await old == 1)
            #expect(try await world.store.read("number:1").value != nil)
            for cache in [early, other] { #expect(try await world.read(cache) == 2) }
            #expect(world.builds == 2)
        }
    }

    @Test func `a builder that dies delays others only for a moment`() async throws {
        try await CacheWorld.open(longestBuild: .milliseconds(100)) { world in
            guard case .build = try await world.store.claim("number:1") else {
                Issue.record("the claim was refused")
                return
            }
            let cache = world.cache()
            let values = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await world.read(cache) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(values == Array(repeating: 1, count: 20))
            #expect(try await world.read(cache) == 1)
        }
    }

    @Test func `a build that fails fails its readers, and the next read builds again`() async throws {
        try await CacheWorld.open { world in
            let cache = world.cache()
            world.failure = .timedOut
            await #expect(throws: PostgresError.self) { try await world.read(cache) }
            world.failure = nil
            let value = try await world.read(cache)
            #expect(value == 1)
        }
    }

    @Test func `bytes that are no value are built again`() async throws {
        try await CacheWorld.open { world in
            guard case .build(let right) = try await world.store.claim("number:1") else { return }
            #expect(try await world.store.store(right, [1, 2, 3]))
            #expect(try await world.read(world.cache()) == 1)
            // Too large to be kept.
            await world.cache().renew()
            guard case .build(let second) = try await world.store.claim("number:1") else { return }
            #expect(try await !world.store.store(second, Array(repeating: 7, count: CacheStore.largestValue + 1)))
            #expect(try await world.store.read("number:1").value == nil)
        }
    }

    @Test func `an entry expires after five minutes, and sooner if it is asked for`() async throws {
        try await CacheWorld.open { world in
            let cache = world.cache()
            _ = try await world.read(cache)
            try await eventually("it is stored", within: 60) { try await world.store.read("number:1").value != nil }
            #expect((200_000...300_000).contains(try await world.remainingMilliseconds()))
            cache.expire("number", within: .seconds(5))
            #expect((1...5_000).contains(try await world.remainingMilliseconds()))
        }
    }

    @Test func `a silent, full, empty and restarted Redis fails no read and hides no write`() async throws {
        let server = try await RedisServer()
        try await CacheWorld.open(redisAt: server.port, longestBuild: .milliseconds(100)) { world in
            // With the limits of the product.
            let cache = world.cache(longestWait: .milliseconds(100))
            let redis = world.redis
            func expectFresh() async throws {
                try await eventually("it is cached", within: 60) {
                    #expect(try await world.read(cache) == world.source)
                    let hits = cache.metrics.hits.value
                    return try await world.read(cache) == world.source && cache.metrics.hits.value > hits
                }
                world.source += 1
                await cache.renew()
                for _ in 0..<3 { #expect(try await world.read(cache) == world.source) }
            }
            try await expectFresh()

            try await expectCached(cache, world)
            server.suspend()
            world.source += 1
            await cache.renew()
            for _ in 0..<20 { #expect(try await world.read(cache) == world.source) }
            server.resume()
            for _ in 0..<20 { #expect(try await world.read(cache) == world.source) }
            try await expectFresh()

            try await expectCached(cache, world)
            _ = try await redis.command(["CONFIG", "SET", "maxmemory", "1"])
            try await expectFull(cache, world)
            _ = try await redis.command(["CONFIG", "SET", "maxmemory", "0"])
            try await expectFresh()

            _ = try await redis.command(["FLUSHALL"])
            try await expectFresh()

            try await expectCached(cache, world)
            await server.kill()
            world.source += 1
            await cache.renew()
            for _ in 0..<3 { #expect(try await world.read(cache) == world.source) }
            try await server.restart()
            await redis.connected()
            try await expectFresh()
        }
    }

    private func expectCached(_ cache: SharedCache<Number>, _ world: CacheWorld) async throws {
        try await eventually("it is cached", within: 60) {
            let hits = cache.metrics.hits.value
            return try await world.read(cache) == world.source && cache.metrics.hits.value > hits
        }
    }

    /// A Redis without memory refuses to store, and forgets nevertheless.
    private func expectFull(_ cache: SharedCache<Number>, _ world: CacheWorld) async throws {
        world.source += 1
        await cache.renew()
        for _ in 0..<3 { #expect(try await world.read(cache) == world.source) }
    }
}

private struct Number: CachedValue {
    static let format = 1
    let number: Int

    init(_ number: Int) {
        self.number = number
    }

    init(from reader: inout CacheReader) throws(CacheReader.Malformed) { number = try reader.int() }

    func write(to writer: inout CacheWriter) { writer.write(number) }
}

/// A number that changes, and how often it was read for a cache. Loop-confined.
private final class CacheWorld: @unchecked Sendable {
    let redis: Redis
    let store: CacheStore
    let gate = Gate()
    var source = 1
    var failure: PostgresError?
    private(set) var builds = 0
    private let loop: EventLoop

    private init(on loop: EventLoop, _ redis: Redis, longestBuild: Duration) {
        self.loop = loop
        self.redis = redis
        store = CacheStore(.totals, redis, longestBuild: longestBuild)
    }

    /// - Parameter longestBuild: Long, so that a busy machine makes no second build.
    static func open(
        redisAt port: Int? = nil, longestBuild: Duration = .seconds(60),
        _ body: @escaping @Sendable (CacheWorld) async throws -> Void
    ) async throws {
        try await withEventLoop { loop in
            guard let port else {
                return try await RedisPrefix.withRedis(on: loop) { redis in
                    try await body(CacheWorld(on: loop, redis, longestBuild: longestBuild))
                }
            }
            let redis = Redis(
                on: loop, settings: try RedisSettings(url: "redis://127.0.0.1:\(port)", prefix: "test:"),
                log: Log(level: .error, format: .text, to: .standardError))
            redis.start()
            await redis.connected()
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(CacheWorld(on: loop, redis, longestBuild: longestBuild)))
            } catch {
                result = .failure(error)
            }
            await redis.close()
            try result.get()
        }
    }

    /// A cache as of one more process.
    func cache(longestWait: Duration = .seconds(60)) -> SharedCache<Number> {
        SharedCache(store, BoundedRedis(on: loop, longestWait: longestWait), CacheMetrics(.totals, in: Metrics()))
    }

    func read(_ cache: SharedCache<Number>) async throws -> Int {
        try await cache.value("number") { [self] () async throws(PostgresError) in
            builds += 1
            if let failure { throw failure }
            let number = Number(source)
            await gate.pass()
            return number
        }.number
    }

    func remainingMilliseconds() async throws -> Int {
        let run = try #require(redis.runID)
        return try await redis.command(["PTTL", RedisArgument(redis.key("cache:\(run.prefix(10)):{totals}:number:1"))])
            .integer ?? 0
    }
}

/// Holds up those that pass while it is closed. Loop-confined.
private final class Gate: @unchecked Sendable {
    private var isClosed = false
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    func close() { isClosed = true }

    /// Those that wait go on waiting.
    func letOthersPass() { isClosed = false }

    func open() {
        isClosed = false
        for one in waiting { one.resume() }
        waiting = []
    }

    func pass() async {
        if isClosed { await withUnsafeContinuation { waiting.append($0) } }
    }
}
