package import Chassis
package import Domain
package import Redis

/// The channels in Redis on which processes hear that a user got an event: one for each user, so that a process hears
/// of those alone who wait on it. A message is the position of the user's last event.
///
/// They are part of Jobs because Jobs is where processes share Redis keys.
package enum UserEventChannel {
    /// The name without the installation's prefix.
    package static func name(of user: UserID) -> String { "rt:{\(user)}" }

    /// Returns the user of a channel; nil of any other one.
    package static func user(of channel: String) -> UserID? {
        guard let first = channel.lastIndex(of: "{"), channel.last == "}",
            channel[..<first].hasSuffix("rt:")
        else { return nil }
        return UserID(String(channel[channel.index(after: first)...].dropLast()))
    }
}

/// Tells all processes that users got events, after the commit: at most once a user and turn of the loop. Never waits
/// and never fails. A message that is lost delays events until the readers look themselves. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class UserEventPublisher: @unchecked Sendable {
    private let loop: EventLoop
    private let redis: Redis
    private var positions: [UserID: EventPosition] = [:]

    package init(on loop: EventLoop, redis: Redis) {
        self.loop = loop
        self.redis = redis
    }

    package func publish(_ events: [AppendedEvent]) {
        if positions.isEmpty, !events.isEmpty { loop.atEndOfTurn { self.flush() } }
        for event in events where event.position.sequence > positions[event.user]?.sequence ?? 0 {
            positions[event.user] = event.position
        }
    }

    private func flush() {
        for (user, position) in positions {
            redis.send([
                "PUBLISH", RedisArgument(redis.key(UserEventChannel.name(of: user))),
                RedisArgument(position.description),
            ])
        }
        positions.removeAll(keepingCapacity: positions.count < 1_000)
    }
}
