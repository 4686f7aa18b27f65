import Chassis
package import Redis

/// Who is there, in Redis: a session for each device, with a deadline that every sign of life moves. Redis' clock alone
/// decides. A flush costs what people's next signs of life bring back.
///
/// It stands in this room because the API writes it, workers end it, and Jobs is where processes know each other; the
/// words of the product (Social) and the SQL (Storage) know no Redis.
package struct PresenceStore: Sendable {
    private static let heartbeat = RedisScript(
        name: "presence_heartbeat", source: PackageResources.presence_heartbeat_lua)
    private static let expired = RedisScript(name: "presence_expired", source: PackageResources.presence_expired_lua)
    private static let remove = RedisScript(name: "presence_remove", source: PackageResources.presence_remove_lua)

    private let redis: Redis
    /// Sorted set session → deadline, hash session → last sign; both in milliseconds, in one slot of a Redis Cluster.
    private let keys: [RedisArgument]

    package init(_ redis: Redis) {
        self.redis = redis
        keys = ["deadlines", "signs"].map { RedisArgument(redis.key("presence:{sessions}:\($0)")) }
    }

    /// A sign of life: the session begins, or goes on, for a time from now.
    package func heartbeat(_ session: PresenceSession, for time: Duration) async throws(RedisError) {
        _ = try await redis.run(
            Self.heartbeat, keys: keys,
            arguments: [RedisArgument(session.member), RedisArgument(Int(time.nanoseconds / 1_000_000))])
    }

    /// Sessions whose time is over, the longest first. They stay until they are removed, so that a worker that dies with
    /// them loses nothing: the next one finds them again.
    package func expired(limit: Int) async throws(RedisError) -> [ExpiredSession] {
        let values = try await redis.run(Self.expired, keys: keys, arguments: [RedisArgument(limit)]).array ?? []
        return stride(from: 0, to: values.count - 2, by: 3).compactMap { index in
            guard let member = values[index].text, let deadline = values[index + 1].integer else { return nil }
            let sign = values[index + 2].integer ?? deadline
            return ExpiredSession(
                session: PresenceSession(member: member), lastSign: Timestamp(microseconds: Int64(sign) * 1_000),
                member: member, deadline: deadline)
        }
    }

    /// Ends sessions, unless they gave a sign of life since they were found.
    /// - Returns: Those that ended with this call, and with no other one.
    package func remove(_ sessions: [ExpiredSession]) async throws(RedisError) -> [ExpiredSession] {
        guard !sessions.isEmpty else { return [] }
        let flags = try await redis.run(
            Self.remove, keys: keys,
            arguments: sessions.flatMap { [RedisArgument($0.member), RedisArgument($0.deadline)] })
        return zip(sessions, flags.array ?? []).filter { $1.integer == 1 }.map { $0.0 }
    }
}
