import Chassis
package import Domain
package import Redis

/// Said by a worker when a file is ready or has failed, for requests that wait for it. Only a hint: whoever misses it
/// reads the row.
package struct MediaFinished: Sendable {
    package static let channel = "media:finished"

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }

    /// - Parameter message: What came over the channel.
    package init?(message: [UInt8]) {
        guard let media = MediaID(String(decoding: message, as: UTF8.self)) else { return nil }
        self.media = media
    }

    package func publish(over redis: Redis) {
        redis.send(["PUBLISH", RedisArgument(redis.key(Self.channel)), RedisArgument(media.description)])
    }
}
