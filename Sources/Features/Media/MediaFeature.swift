import Jobs
import Storage

/// The use cases of media, of one event loop.
package struct MediaFeature: Sendable {
    package let uploadAvatar: UploadAvatar
    package let readAvatar: ReadAvatar
    package let readStatus: ReadMediaStatus
    package let channels: [FeatureChannel]

    package init(_ environment: FeatureEnvironment) {
        let shared = environment.shared
        let media = MediaStore(environment.database)
        let completion = MediaCompletion(on: environment.loop)
        uploadAvatar = UploadAvatar(
            media: media, blobs: shared.blobs, disk: shared.disk, producer: environment.producer,
            completion: completion, maximumBytes: shared.settings.maximumImageBytes)
        readAvatar = ReadAvatar(media: media, blobs: shared.blobs, disk: shared.disk)
        readStatus = ReadMediaStatus(media: media)
        // A request that misses a message reads the row when its time is over.
        channels = [
            FeatureChannel(
                name: MediaFinished.channel, onSubscribed: {}, onMessage: { completion.apply($0) })
        ]
    }
}
