package import Chassis
package import Domain
package import Redis

/// Who is there, in Redis: a session for each device, with a deadline that every sign of life moves. Redis' clock alone
/// decides. A flush costs what people's next signs of life bring back.
///
/// It stands in this room because the API writes it, workers end it, and Jobs is where processes know each other; the
/// words of the product (Social) and the SQL (Storage) know no Redis.
package struct PresenceStore: Sendable {
    /// A change of somebody's status or game is told here, once: `{number, userId, status, currentGame, at}`, and one of
    /// whether others see it: `{number, userId, showsOnlineStatus, at}`. See ``PresenceChange``.
    package static let channel = "presence-changes"

    /// What somebody does with a session.
    package enum Sign: Sendable {
        /// Says that they are there, and what they play.
        case online(game: String?)
        /// Goes on.
        case heartbeat
        /// Says that they are away.
        case away
        /// Does something elsewhere.
        case activity
    }

    private static let sign = script("presence_sign", PackageResources.presence_sign_lua)
    private static let leave = script("presence_leave", PackageResources.presence_leave_lua)
    private static let idle = script("presence_idle", PackageResources.presence_idle_lua)
    private static let expired = script("presence_expired", PackageResources.presence_expired_lua)
    private static let shown = script("presence_shown", PackageResources.presence_shown_lua)
    private static let remove = script("presence_remove", PackageResources.presence_remove_lua)

    private static func script(_ name: StaticString, _ source: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: PackageResources.presence_common_lua + source)
    }

    private let redis: Redis
    /// See `presence_common.lua`; in one slot of a Redis Cluster.
    private let keys: [RedisArgument]
    private let channel: RedisArgument

    package init(_ redis: Redis) {
        self.redis = redis
        keys = ["deadlines", "signs", "states", "idle", "people", "changes"].map {
            RedisArgument(redis.key("presence:{sessions}:\($0)"))
        }
        channel = RedisArgument(redis.key(Self.channel))
    }

    // MARK: Signs of life

    /// A sign of life: one round trip.
    /// - Parameters:
    ///   - time: How long the session lasts from now.
    ///   - awayAfter: How long after they last did something they are away.
    /// - Returns: How they are there now, with all their devices; nil for ``Sign/activity`` without a session.
    @discardableResult
    package func hear(
        _ sign: Sign, of session: PresenceSession, for time: Duration, awayAfter idle: Duration
    ) async throws(RedisError) -> Presence? {
        Self.presence(
            try await redis.run(Self.sign, keys: keys, arguments: arguments(sign, session, time, idle)))
    }

    /// The same, without waiting for what becomes of it.
    package func note(
        _ sign: Sign, of session: PresenceSession, for time: Duration, awayAfter idle: Duration, on loop: EventLoop
    ) {
        let arguments = arguments(sign, session, time, idle)
        loop.spawn { [redis, keys] in _ = try? await redis.run(Self.sign, keys: keys, arguments: arguments) }
    }

    private func arguments(
        _ sign: Sign, _ session: PresenceSession, _ time: Duration, _ idle: Duration
    ) -> [RedisArgument] {
        let (word, game) =
            switch sign {
            case .online(let game): ("online", game ?? "")
            case .heartbeat: ("beat", "")
            case .away: ("away", "")
            case .activity: ("touch", "")
            }
        return [
            channel, RedisArgument(session.user.description), RedisArgument(session.device), RedisArgument(word),
            RedisArgument(Int(time.nanoseconds / 1_000_000)), RedisArgument(Int(idle.nanoseconds / 1_000_000)),
            RedisArgument(game),
        ]
    }

    /// Ends a session because they say so.
    /// - Returns: How they are there now, with their other devices.
    package func end(_ session: PresenceSession) async throws(RedisError) -> Presence {
        let answer = try await redis.run(
            Self.leave, keys: keys,
            arguments: [channel, RedisArgument(session.user.description), RedisArgument(session.device)])
        return Self.presence(answer) ?? Presence(status: .offline)
    }

    private static func presence(_ answer: RedisValue) -> Presence? {
        guard let parts = answer.array, parts.count == 3,
            let status = parts[0].text.flatMap(PresenceStatus.init(rawValue:)), let milliseconds = parts[2].integer
        else { return nil }
        let game = parts[1].text.flatMap { $0.isEmpty ? nil : $0 }
        return Presence(
            status: status, currentGame: game,
            lastSeen: Timestamp(microseconds: Int64(milliseconds) * 1_000))
    }

    // MARK: Reading

    /// How these people are there; those who are not are left out. One command.
    package func read(_ people: [UserID]) async throws(RedisError) -> [UserID: Presence] {
        guard !people.isEmpty else { return [:] }
        let command: [RedisArgument] = ["HMGET", keys[4]] + people.map { RedisArgument($0.description) }
        let values = try await redis.command(command).array ?? []
        let now = Timestamp.now
        return zip(people, values).reduce(into: [:]) { states, entry in
            guard let bytes = entry.1.bytes, let presence = Self.presence(bytes, at: now) else { return }
            states[entry.0] = presence
        }
    }

    /// What `presence_common.lua` keeps of somebody: status, devices and game between bars.
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

    /// The number of the last change that was told; nil when Redis has forgotten all of them.
    package func lastChange() async throws(RedisError) -> Int? {
        try await redis.command(["GET", keys[5]]).text.flatMap { Int($0) }
    }

    /// The same, for whoever begins to listen; if all are forgotten they are counted anew, so that it shows when they are
    /// forgotten once more.
    package func firstChange() async throws(RedisError) -> Int? {
        redis.send(["SET", keys[5], RedisArgument(Int(Timestamp.now.microseconds)), "NX"])
        return try await lastChange()
    }

    /// Tells that somebody shows, or shows no longer, when they are there.
    package func tell(_ user: UserID, shows: Bool) async throws(RedisError) {
        _ = try await redis.run(
            Self.shown, keys: keys, arguments: [channel, RedisArgument(user.description), shows ? 1 : 0])
    }

    // MARK: The end

    /// Those who have done nothing for long are away from now on.
    /// - Returns: How many sessions turned; less than the limit when there are no more.
    package func turnAway(limit: Int) async throws(RedisError) -> Int {
        try await redis.run(Self.idle, keys: keys, arguments: [channel, RedisArgument(limit)]).integer ?? 0
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
            arguments: [channel] + sessions.flatMap { [RedisArgument($0.member), RedisArgument($0.deadline)] })
        return zip(sessions, flags.array ?? []).filter { $1.integer == 1 }.map { $0.0 }
    }
}
