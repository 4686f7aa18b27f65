package import Chassis
package import Domain
package import Redis

/// The presence of users in Redis: a session for each device, with a deadline that every event extends. The clock of
/// Redis alone decides. After a flush, the users' next heartbeats restore it.
///
/// It is part of Jobs because the API writes it, workers expire it, and Jobs is where processes share Redis keys;
/// Domain and Storage know no Redis.
package struct PresenceStore: Sendable {
    /// The channel of changes. A change of a user's status or game is published once: `{number, userId, status,
    /// currentGame, at}`, and one of its visibility: `{number, userId, showsOnlineStatus, at}`. See ``PresenceChange``.
    package static let channel = "presence-changes"

    /// An event of a session.
    package enum Event: Sendable {
        /// The user is online and plays a game, or none.
        case online(game: String?)
        /// The session continues.
        case heartbeat
        /// The user set the status to away.
        case away
        /// The user made a request elsewhere.
        case activity
    }

    private static let record = script("presence_record", PackageResources.presence_record_lua)
    private static let end = script("presence_end", PackageResources.presence_end_lua)
    private static let markAway = script("presence_mark_away", PackageResources.presence_mark_away_lua)
    private static let expired = script("presence_expired", PackageResources.presence_expired_lua)
    private static let firstChange = script("presence_first_change", PackageResources.presence_first_change_lua)
    private static let visibility = script("presence_visibility", PackageResources.presence_visibility_lua)
    private static let revoke = script("presence_revoke", PackageResources.presence_revoke_lua)
    private static let remove = script("presence_remove", PackageResources.presence_remove_lua)

    private static func script(_ name: StaticString, _ source: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: PackageResources.presence_common_lua + source)
    }

    private let redis: Redis
    /// See `presence_common.lua`; all in one slot of a Redis Cluster.
    private let keys: [RedisArgument]
    private let channel: RedisArgument

    package init(_ redis: Redis) {
        self.redis = redis
        keys = ["deadlines", "signs", "states", "idle", "people", "changes", "ended"].map {
            RedisArgument(redis.key("presence:{sessions}:\($0)"))
        }
        channel = RedisArgument(redis.key(Self.channel))
    }

    // MARK: Events

    /// Records an event in one round trip.
    /// - Parameters:
    ///   - time: How long the session lasts from now.
    ///   - awayAfter: How long after the last activity the user becomes away.
    /// - Returns: The user's presence over all devices; nil for ``Event/activity`` without a session, and if the login
    ///   has ended.
    @discardableResult
    package func record(
        _ event: Event, of session: PresenceSession, for time: Duration, awayAfter idle: Duration
    ) async throws(RedisError) -> Presence? {
        Self.presence(
            try await redis.run(Self.record, keys: keys, arguments: arguments(event, session, time, idle)))
    }

    /// Records an event without waiting for the result.
    package func recordWithoutWaiting(
        _ event: Event, of session: PresenceSession, for time: Duration, awayAfter idle: Duration, on loop: EventLoop
    ) {
        let arguments = arguments(event, session, time, idle)
        loop.spawn { [redis, keys] in _ = try? await redis.run(Self.record, keys: keys, arguments: arguments) }
    }

    private func arguments(
        _ event: Event, _ session: PresenceSession, _ time: Duration, _ idle: Duration
    ) -> [RedisArgument] {
        let (name, game) =
            switch event {
            case .online(let game): ("online", game ?? "")
            case .heartbeat: ("heartbeat", "")
            case .away: ("away", "")
            case .activity: ("activity", "")
            }
        return [
            channel, RedisArgument(session.user.description), RedisArgument(session.device), RedisArgument(name),
            RedisArgument(Int(time.nanoseconds / 1_000_000)), RedisArgument(Int(idle.nanoseconds / 1_000_000)),
            RedisArgument(game),
        ]
    }

    /// Ends a session on request.
    /// - Returns: The user's presence over the other devices.
    package func end(_ session: PresenceSession) async throws(RedisError) -> Presence {
        let reply = try await redis.run(
            Self.end, keys: keys,
            arguments: [channel, RedisArgument(session.user.description), RedisArgument(session.device)])
        return Self.presence(reply) ?? Presence(status: .offline)
    }

    /// An access token is valid for so long after its login has ended, and a minute more for clocks that differ.
    private static let revocation = Duration.seconds(16 * 60)

    /// Ends sessions because their logins have ended: no event of them is recorded from then on.
    /// - Parameter record: Makes the last events of the users who had such a session durable, before they are removed:
    ///   if the process dies in between, a repetition or the deadlines do the rest.
    package func revoke(
        _ sessions: [PresenceSession], recording record: ([UserID: Timestamp]) async throws -> Void
    ) async throws {
        let limit = 1_000
        for start in stride(from: 0, to: sessions.count, by: limit) {
            let part = sessions[start..<min(start + limit, sessions.count)]
            let members = part.map { RedisArgument($0.member) }
            let command: [RedisArgument] = ["HMGET", keys[1]] + members
            let signs = zip(part, try await redis.command(command).array ?? [])
            let seen = signs.reduce(into: [UserID: Timestamp]()) { seen, entry in
                guard let milliseconds = entry.1.text.flatMap({ Int64($0) }) else { return }
                let time = Timestamp(microseconds: milliseconds * 1_000)
                seen[entry.0.user] = max(seen[entry.0.user] ?? time, time)
            }
            if !seen.isEmpty { try await record(seen) }
            _ = try await redis.run(
                Self.revoke, keys: keys,
                arguments: [channel, RedisArgument(Int(Self.revocation.nanoseconds / 1_000_000))] + members)
        }
    }

    private static func presence(_ reply: RedisValue) -> Presence? {
        guard let parts = reply.array, parts.count == 3,
            let status = parts[0].text.flatMap(PresenceStatus.init(rawValue:)), let milliseconds = parts[2].integer
        else { return nil }
        let game = parts[1].text.flatMap { $0.isEmpty ? nil : $0 }
        return Presence(
            status: status, currentGame: game,
            lastSeen: Timestamp(microseconds: Int64(milliseconds) * 1_000))
    }

    // MARK: Reading

    /// Returns the presence of users with one command; offline users are left out.
    package func read(_ users: [UserID]) async throws(RedisError) -> [UserID: Presence] {
        guard !users.isEmpty else { return [:] }
        let command: [RedisArgument] = ["HMGET", keys[4]] + users.map { RedisArgument($0.description) }
        let values = try await redis.command(command).array ?? []
        let now = Timestamp.now
        return zip(users, values).reduce(into: [:]) { states, entry in
            guard let bytes = entry.1.bytes, let presence = Self.presence(bytes, at: now) else { return }
            states[entry.0] = presence
        }
    }

    /// Parses what `presence_common.lua` stores for a user: status, devices and game between bars.
    private static func presence(_ bytes: [UInt8], at time: Timestamp) -> Presence? {
        let bar = UInt8(ascii: "|")
        guard let first = bytes.firstIndex(of: bar), let second = bytes[(first + 1)...].firstIndex(of: bar),
            let status = PresenceStatus(rawValue: String(decoding: bytes[..<first], as: UTF8.self))
        else { return nil }
        let game = bytes[(second + 1)...]
        return Presence(
            status: status, currentGame: game.isEmpty ? nil : String(decoding: game, as: UTF8.self), lastSeen: time)
    }

    // MARK: Changes

    /// Returns the number of the last published change; nil when Redis has lost it.
    package func lastChange() async throws(RedisError) -> Int? {
        try await redis.command(["GET", keys[5]]).text.flatMap { Int($0) }
    }

    /// Returns the number of the last published change for a new subscriber. If Redis has lost it, a new count begins,
    /// so that a later loss is noticed too.
    package func firstChange() async throws(RedisError) -> Int? {
        try await redis.run(Self.firstChange, keys: keys, arguments: []).text.flatMap { Int($0) }
    }

    /// Publishes whether a user's online status is visible to others.
    package func publishVisibility(of user: UserID, isShown: Bool) async throws(RedisError) {
        _ = try await redis.run(
            Self.visibility, keys: keys, arguments: [channel, RedisArgument(user.description), isShown ? 1 : 0])
    }

    // MARK: Expiry

    /// Marks sessions without recent activity as away.
    /// - Returns: How many sessions were marked; less than the limit when there are no more.
    package func markAway(limit: Int) async throws(RedisError) -> Int {
        try await redis.run(Self.markAway, keys: keys, arguments: [channel, RedisArgument(limit)]).integer ?? 0
    }

    /// Returns sessions whose deadline has passed, the earliest deadline first. They stay until they are removed, so
    /// that a worker that dies in between loses nothing: the next one finds them again.
    package func expired(limit: Int) async throws(RedisError) -> [ExpiredSession] {
        let values = try await redis.run(Self.expired, keys: keys, arguments: [RedisArgument(limit)]).array ?? []
        return stride(from: 0, to: values.count - 2, by: 3).compactMap { index in
            guard let member = values[index].text, let deadline = values[index + 1].integer else { return nil }
            let last = values[index + 2].integer ?? deadline
            return ExpiredSession(
                session: PresenceSession(member: member),
                lastHeartbeat: Timestamp(microseconds: Int64(last) * 1_000), member: member, deadline: deadline)
        }
    }

    /// Removes sessions, except those whose deadline was extended since they were read.
    /// - Returns: The sessions that this call removed.
    package func remove(_ sessions: [ExpiredSession]) async throws(RedisError) -> [ExpiredSession] {
        guard !sessions.isEmpty else { return [] }
        let flags = try await redis.run(
            Self.remove, keys: keys,
            arguments: [channel] + sessions.flatMap { [RedisArgument($0.member), RedisArgument($0.deadline)] })
        return zip(sessions, flags.array ?? []).filter { $1.integer == 1 }.map { $0.0 }
    }
}
