package import Domain

/// Remove the files of media whose rows are gone.
package struct RemoveMedia: Job, Equatable {
    package static let kind = "remove-media"
    package static let queue = QueueName.images

    package let media: [MediaID]

    package init(media: [MediaID]) {
        self.media = media
    }
}
