import Chassis
import Domain
import Redis

/// Caches results that depend on friendships in Redis for five minutes, or until one of the users makes or ends a
/// friendship: each user has a version that every such event replaces, and a result is valid for the versions that it
/// was made with. Without Redis nothing is cached. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class RelationCache: @unchecked Sendable {
    private static let lifetimeSeconds = 300
    private let redis: Redis

    init(_ redis: Redis) {
        self.redis = redis
    }

    /// Invalidates the results of these users. Called after the change is committed. A version that a flush removes is
    /// replaced by a new one, never by an earlier one.
    func invalidate(_ users: [UserID]) {
        for user in users {
            redis.send(["SET", RedisArgument(versionKey(user)), RedisArgument(Self.newVersion()), "EX", 86_400])
        }
    }

    /// Returns a cached result, or makes and caches it.
    /// - Parameters:
    ///   - name: Of the query and its arguments; unique among all queries.
    ///   - users: Whose friendships the result depends on.
    /// - Returns: The result, and when it was made.
    func value<Value: CachedRelation>(
        _ name: String, about users: [UserID], make: () async throws -> Value
    ) async throws -> (value: Value, madeAt: Timestamp) {
        let key = redis.key("relations:result:\(name)")
        let command: [RedisArgument] = ["MGET", RedisArgument(key)] + users.map { RedisArgument(versionKey($0)) }
        let known = (try? await redis.command(command).array) ?? []
        let versions = known.dropFirst().map { $0.text ?? "0" }.joined(separator: ",")
        if let bytes = known.first?.bytes, let cached: (Value, Timestamp) = Self.read(bytes, for: versions) {
            return cached
        }
        let value = try await make()
        let now = Timestamp.now
        if known.count == users.count + 1 {
            redis.send([
                "SET", RedisArgument(key), RedisArgument(Array("\(versions) \(now.microseconds) ".utf8) + value.cached),
                "EX", RedisArgument(Self.lifetimeSeconds),
            ])
        }
        return (value, now)
    }

    private static func read<Value: CachedRelation>(_ bytes: [UInt8], for versions: String) -> (Value, Timestamp)? {
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, String(decoding: parts[0], as: UTF8.self) == versions,
            let microseconds = Int64(String(decoding: parts[1], as: UTF8.self)), let value = Value(cached: parts[2])
        else { return nil }
        return (value, Timestamp(microseconds: microseconds))
    }

    private func versionKey(_ user: UserID) -> String { redis.key("relations:number:\(user)") }

    /// Never the same twice.
    private static func newVersion() -> String {
        Identifier(unixMilliseconds: Timestamp.now.unixMilliseconds).description
    }
}

/// A result that ``RelationCache`` can hold: its bytes are the feature's own format, of no surface.
protocol CachedRelation {
    var cached: [UInt8] { get }
    init?(cached bytes: some Sequence<UInt8>)
}
