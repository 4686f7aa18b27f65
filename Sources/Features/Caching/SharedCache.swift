import Chassis
import Jobs
import Postgres
import Redis

/// A cache of values in Redis that the event loops of all processes share, for one loop (S2-136). A value that is
/// returned has every write whose ``renew()`` returned before the read began. A value that is missing is built once:
/// requests of this loop share a build, and other loops wait for it, for at most ``CacheStore/longestBuild``. A Redis
/// that is unavailable, slow, full or empty costs time, and fails no request. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class SharedCache<Value: CachedValue>: @unchecked Sendable {
    private typealias Waiter = UnsafeContinuation<Result<Value, PostgresError>, Never>

    /// A value that this loop builds.
    private final class Build {
        let generation: [UInt8]
        var waiters: [Waiter] = []

        init(_ generation: [UInt8]) {
            self.generation = generation
        }
    }

    /// Between two looks for a value that another loop builds.
    private static var interval: Duration { .milliseconds(5) }

    private let store: CacheStore
    private let redis: BoundedRedis
    let metrics: CacheMetrics
    private var builds: [String: Build] = [:]
    /// How many renewals were asked for, and how many of these Redis has made.
    private var (asked, made) = (0, 0)
    /// Those who wait for the renewal of this turn.
    private var renewals: [UnsafeContinuation<Void, Never>] = []
    private var loop: EventLoop { redis.loop }

    init(_ store: CacheStore, _ redis: BoundedRedis, _ metrics: CacheMetrics) {
        self.store = store
        self.redis = redis
        self.metrics = metrics
    }

    // MARK: Reading

    /// Returns a value, from Redis if it is valid there.
    /// - Parameters:
    ///   - name: Of a bounded number: each is a key in Redis.
    ///   - build: Reads it from PostgreSQL. Other requests that asked meanwhile get the same value or error.
    func value(
        _ name: String, _ build: @escaping @Sendable () async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        if made < asked, !redis.isPaused { await renewNow() }
        let name = "\(name):\(Value.format)"
        guard made == asked, let entry = await redis.reply({ [store] in try await store.read(name) }) else {
            metrics.failures.increment()
            return try await build()
        }
        if let value = entry.value.flatMap(Value.init(cacheBytes:)) {
            metrics.hits.increment()
            return value
        }
        metrics.misses.increment()
        if let running = builds[name], running.generation == entry.generation {
            return try await share(running).get()
        }
        return try await claim(name, build)
    }

    /// Makes all values invalid. Returns when Redis has done so, or does not reply in time; in the latter case this
    /// loop asks again before it reads the next value. Those who ask in one turn share a command, which is sent after
    /// all of their writes.
    func renew() async {
        asked += 1
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            renewals.append(continuation)
            guard renewals.count == 1 else { return }
            loop.atEndOfTurn { [self] in
                let waiting = renewals
                renewals = []
                loop.spawn {
                    await self.renewNow()
                    for continuation in waiting { continuation.resume() }
                }
            }
        }
    }

    private func renewNow() async {
        let target = asked
        let ask: @Sendable () async throws -> Void = { [self] in
            try await store.renew()
            made = max(made, target)
        }
        // A silent Redis may still do it.
        if redis.isPaused { loop.spawn { try? await ask() } } else { _ = await redis.reply(ask) }
    }

    /// Lets a value be built again soon.
    func expire(_ name: String, within time: Duration) {
        store.expire("\(name):\(Value.format)", within: time)
    }

    // MARK: Building

    private func claim(
        _ name: String, _ build: @escaping @Sendable () async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let deadline = loop.now + store.longestBuild.nanoseconds
        while let claim = await redis.reply({ [store] in try await store.claim(name) }) {
            switch claim {
            case .value(let bytes):
                if let value = Value(cacheBytes: bytes) { return value }
                return try await build()
            case .build(let right):
                return try await share(begin(name, right.generation, storing: right, build)).get()
            case .isBeingBuilt(let generation):
                if let running = builds[name], running.generation == generation {
                    return try await share(running).get()
                }
                guard loop.now < deadline else { return try await share(begin(name, generation, build)).get() }
                do { try await loop.sleep(for: Self.interval) } catch { return try await build() }
            }
        }
        return try await build()
    }

    /// Begins to build a value, for all who look for it in this generation.
    /// - Parameter right: Nil if another loop has it, and does not end.
    private func begin(
        _ name: String, _ generation: [UInt8], storing right: CacheStore.Build? = nil,
        _ build: @escaping @Sendable () async throws(PostgresError) -> Value
    ) -> Build {
        let own = Build(generation)
        builds[name] = own
        let bound = LoopBound(own, on: loop)
        metrics.builds.increment()
        // In a task of its own: a request that is cancelled must not fail the others.
        loop.spawn { [self] in
            let value = await result(build)
            if builds[name] === bound.value { builds[name] = nil }
            for waiter in bound.value.waiters { waiter.resume(returning: value) }
            guard let right else { return }
            _ = await redis.reply { [store] in try await store.store(right, try? value.get().cacheBytes) }
        }
        return own
    }

    private func share(_ build: Build) async -> Result<Value, PostgresError> {
        await withUnsafeContinuation { build.waiters.append($0) }
    }
}

/// How often a cache had what was asked for.
struct CacheMetrics: Sendable {
    let hits: Counter
    let misses: Counter
    let failures: Counter
    let builds: Counter

    init(_ space: CacheSpace, in metrics: Metrics) {
        let help = "Reads of caches, by whether Redis had a valid entry, had none, or was not available."
        let reads = { metrics.counter("api_cache_reads_total", help, ["cache": space.rawValue, "result": $0]) }
        hits = reads("hit")
        misses = reads("miss")
        failures = reads("failure")
        builds = metrics.counter(
            "api_cache_builds_total", "Entries of caches that were read from PostgreSQL.", ["cache": space.rawValue])
    }
}
