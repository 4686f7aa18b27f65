import Chassis
import Domain
import Redis

/// Caches results that depend on friendships in Redis, for five minutes. A result is kept under the versions of its
/// users' friendships, which PostgreSQL changes in the transaction that makes or ends one: so a result of an earlier
/// version is never found, also if Redis was unavailable meanwhile. Without Redis nothing is cached. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class RelationCache: @unchecked Sendable {
    private static let lifetimeSeconds = 300
    private let redis: Redis

    init(_ redis: Redis) {
        self.redis = redis
    }

    /// Returns a cached result, or makes and caches it.
    /// - Parameters:
    ///   - name: Of the query and its arguments; unique among all queries.
    ///   - versions: Of the friendships that the result depends on, read before it is made.
    /// - Returns: The result, and when it was made.
    func value<Value: CachedRelation>(
        _ name: String, at versions: [Int], make: () async throws -> Value
    ) async throws -> (value: Value, madeAt: Timestamp) {
        let key = redis.key("relations:result:\(name):\(versions.map { "\($0)" }.joined(separator: ","))")
        if let bytes = try? await redis.command(["GET", RedisArgument(key)]).bytes,
            let cached: (Value, Timestamp) = Self.read(bytes)
        {
            return cached
        }
        let value = try await make()
        let now = Timestamp.now
        redis.send([
            "SET", RedisArgument(key), RedisArgument(Array("\(now.microseconds) ".utf8) + value.cached), "EX",
            RedisArgument(Self.lifetimeSeconds),
        ])
        return (value, now)
    }

    private static func read<Value: CachedRelation>(_ bytes: [UInt8]) -> (Value, Timestamp)? {
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int64(String(decoding: parts[0], as: UTF8.self)),
            let value = Value(cached: parts[1])
        else { return nil }
        return (value, Timestamp(microseconds: microseconds))
    }
}

/// A result that ``RelationCache`` can hold: its bytes are the feature's own format, of no surface.
protocol CachedRelation {
    var cached: [UInt8] { get }
    init?(cached bytes: some Sequence<UInt8>)
}
