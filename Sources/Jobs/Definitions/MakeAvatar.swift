package import Domain

/// Make an uploaded avatar's variants, and show it.
package struct MakeAvatar: Job, Equatable {
    package static let kind = "make-avatar"
    package static let queue = QueueName.images
    package static let attempts = 5

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }
}
