import Chassis
package import Domain
package import Redis

/// Creates the variants of an uploaded avatar and makes it the user's picture.
package struct MakeAvatar: Job, Equatable {
    package static let kind = "make-avatar"
    package static let queue = QueueName.images
    package static let attempts = 5

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }
}

/// Creates the variants of an uploaded cover and makes it the cover of its track or profile.
package struct MakeCover: Job, Equatable {
    package static let kind = "make-cover"
    package static let queue = QueueName.images
    package static let attempts = 5

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }
}

/// Creates the WebP of an uploaded picture for posts and messages.
package struct MakePicture: Job, Equatable {
    package static let kind = "make-picture"
    package static let queue = QueueName.images
    package static let attempts = 5

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }
}

/// Creates the files of an older picture that clients without WebP are served.
package struct MakeFallbacks: Job, Equatable {
    package static let kind = "make-fallbacks"
    package static let queue = QueueName.images
    package static let priority = Priority.low
    package static let attempts = 2
    package static let durability = Durability.ephemeral(because: "a later request for the picture asks for them again")

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }
}

/// Removes the files of media whose rows are deleted.
package struct RemoveMedia: Job, Equatable {
    package static let kind = "remove-media"
    package static let queue = QueueName.images

    package let media: [MediaID]
    /// Whose they are: part of the keys of pictures for posts and messages. Nil if there is none among them.
    package let owner: UserID?

    package init(media: [MediaID], of owner: UserID? = nil) {
        self.media = media
        self.owner = owner
    }
}

/// A message that a worker publishes when a file is ready or has failed, for requests that wait for it. It is only a
/// hint: a request that misses it reads the row.
package struct MediaFinished: Sendable {
    package static let channel = "media:finished"

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }

    /// Parses a message of ``channel``.
    package init?(message: [UInt8]) {
        guard let media = MediaID(String(decoding: message, as: UTF8.self)) else { return nil }
        self.media = media
    }

    package func publish(over redis: Redis) {
        redis.send(["PUBLISH", RedisArgument(redis.key(Self.channel)), RedisArgument(media.description)])
    }
}
