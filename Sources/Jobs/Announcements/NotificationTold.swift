import Chassis
package import Domain
package import Redis

/// Somebody has something new in their inbox: for whoever keeps a connection to them.
package struct NotificationTold: Sendable {
    package static let channel = "notifications-told"

    private let json: [UInt8]

    package init(user: UserID, notification: NotificationID, kind: NotificationKind) {
        var writer = JSONWriter()
        writer.object { object in
            object.member("userId", user.description)
            object.member("notificationId", notification.description)
            object.member("kind", kind.rawValue)
        }
        json = writer.bytes
    }

    /// Never waits: who misses it finds the row.
    package func publish(over redis: Redis) {
        redis.send(["PUBLISH", RedisArgument(redis.key(Self.channel)), RedisArgument(json)])
    }
}
