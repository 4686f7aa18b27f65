import Chassis
package import Redis

/// What a cache has values of. The entries of a space become invalid together.
package enum CacheSpace: String, Sendable, CaseIterable {
    /// Pages of posts as readers without a login see them.
    case posts
    /// Numbers that may be as old as their lifetime, whatever is written.
    case totals
}

/// The entries of one cache in Redis, which all processes share (S2-136). An entry is valid for the **generation** of
/// its space that it was built in: sixteen random bytes, which ``renew()`` deletes and the next build replaces. So an
/// entry whose build read PostgreSQL before a write is invalid from the renewal on that follows the write, also if it
/// is stored later; a counter would begin again after a flush, and meet entries of its earlier values.
///
/// The names of the keys contain a part of the server's `run_id`, as those of ``TimelineStore``: a Redis that restarts
/// may have lost the renewals of its last second.
///
/// It is part of Jobs because the API reads and fills caches, workers renew them, and Jobs is where processes share
/// Redis keys. docs/decisions/0044 has the protocol.
package struct CacheStore: Sendable {
    /// How long an entry is valid at most (S2-84, S2-136).
    package static let lifetime = Duration.seconds(300)
    /// A generation that was not renewed for so long is dropped, which only makes entries invalid.
    private static let generationLifetime = Duration.seconds(86_400)
    /// Bytes of a value that is stored; larger ones are built at every read.
    package static let largestValue = 256 * 1_024

    private static let claim = RedisScript(name: "cache_claim", source: PackageResources.cache_claim_lua)
    private static let store = RedisScript(name: "cache_store", source: PackageResources.cache_store_lua)

    private let redis: Redis
    private let space: CacheSpace
    /// How long other builders wait for one that does not end.
    package let longestBuild: Duration

    package init(_ space: CacheSpace, _ redis: Redis, longestBuild: Duration = .milliseconds(100)) {
        self.redis = redis
        self.space = space
        self.longestBuild = longestBuild
    }

    /// - Throws: `RedisError.unavailable` if no server is known.
    private func key(_ name: String) throws(RedisError) -> RedisArgument {
        guard let run = redis.runID, !run.isEmpty else { throw .unavailable }
        return RedisArgument(redis.key("cache:\(run.prefix(10)):{\(space.rawValue)}:\(name)"))
    }

    private func generationKey() throws(RedisError) -> RedisArgument { try key("generation") }

    private func keys(_ name: String) throws(RedisError) -> [RedisArgument] {
        [try generationKey(), try key(name), try key("\(name):lock")]
    }

    // MARK: Reading

    /// What Redis has of an entry: its value, if it is valid, and the current generation.
    package struct Entry: Sendable {
        package let generation: [UInt8]?
        package let value: [UInt8]?
    }

    /// Returns an entry, in one command.
    package func read(_ name: String) async throws(RedisError) -> Entry {
        let reply = try await redis.command(["MGET", try generationKey(), try key(name)]).array
        guard let reply, reply.count == 2, let generation = reply[0].bytes else {
            return Entry(generation: nil, value: nil)
        }
        guard let stored = reply[1].bytes, stored.starts(with: generation) else {
            return Entry(generation: generation, value: nil)
        }
        return Entry(generation: generation, value: Array(stored.dropFirst(generation.count)))
    }

    // MARK: Building

    /// The right to build an entry. What ``store(_:_:)`` is given must be read from PostgreSQL after it was given.
    package struct Build: Sendable {
        package let generation: [UInt8]
        fileprivate let name: String
        fileprivate let builder: [UInt8]
    }

    package enum Claim: Sendable {
        /// The caller builds the entry.
        case build(Build)
        /// Another caller builds it, for at most ``longestBuild``.
        case isBeingBuilt(generation: [UInt8])
        /// Another caller has built it.
        case value([UInt8])
    }

    /// Claims the right to build an entry.
    package func claim(_ name: String) async throws(RedisError) -> Claim {
        let builder = Self.randomName()
        let reply = try await redis.run(
            Self.claim, keys: try keys(name),
            arguments: [
                RedisArgument(builder), RedisArgument(Self.generationLifetime.milliseconds / 1_000),
                RedisArgument(longestBuild.milliseconds),
            ]
        ).array
        guard let reply, reply.count == 2, let generation = reply[0].bytes else { throw .unavailable }
        switch reply[1] {
        case .bytes(let value): return .value(value)
        case .integer(1): return .build(Build(generation: generation, name: name, builder: builder))
        default: return .isBeingBuilt(generation: generation)
        }
    }

    /// Ends a build, and stores the entry if it is still of the current generation.
    /// - Parameter value: Nil, or more than ``largestValue``, stores nothing.
    /// - Returns: Whether it was stored.
    @discardableResult
    package func store(_ build: Build, _ value: [UInt8]?) async throws(RedisError) -> Bool {
        let stored = value.flatMap { $0.count <= Self.largestValue ? $0 : nil } ?? []
        let reply = try await redis.run(
            Self.store, keys: try keys(build.name),
            arguments: [
                RedisArgument(build.generation), RedisArgument(build.builder), RedisArgument(stored),
                RedisArgument(Self.lifetime.milliseconds),
            ])
        return reply.integer == 1
    }

    private static func randomName() -> [UInt8] {
        withUnsafeBytes(of: (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))) { Array($0) }
    }

    // MARK: Invalidating

    /// Makes all entries of the space invalid. Deletes, because a Redis without memory refuses everything else.
    package func renew() async throws(RedisError) {
        _ = try await redis.command(["UNLINK", try generationKey()])
    }

    /// Lets an entry expire soon. Nothing waits for it, and a failure leaves the entry as old as it may become.
    package func expire(_ name: String, within time: Duration) {
        guard let key = try? key(name) else { return }
        redis.send(["PEXPIRE", key, RedisArgument(time.milliseconds), "LT"])
    }
}
