import Jobs
import Storage

/// The use cases of media, of one event loop.
package struct MediaFeature: Sendable {
    package let upload: UploadMedia
    package let resumable: ResumableUploads
    package let readPicture: ReadPicture
    package let read: ReadMedia
    package let readStatus: ReadMediaStatus
    package let delete: DeleteMedia
    package let recordPlay: RecordPlay
    package let channels: [FeatureChannel]

    package init(_ environment: FeatureEnvironment) {
        let shared = environment.shared
        let media = MediaStore(environment.database)
        let completion = MediaCompletion(on: environment.loop)
        upload = UploadMedia(
            media: media, blobs: shared.blobs, disk: shared.disk, producer: environment.producer,
            completion: completion, limits: shared.settings.media)
        let uploads = UploadContext(
            uploads: UploadStore(environment.database), blobs: shared.blobs, disk: shared.disk,
            producer: environment.producer, limits: shared.settings.media)
        resumable = ResumableUploads(
            context: uploads, media: media,
            finish: FinishUpload(context: uploads, media: upload, loop: environment.loop))
        let pictures = PictureFiles(
            blobs: shared.blobs, disk: shared.disk, producer: environment.producer, requested: RequestedFallbacks())
        readPicture = ReadPicture(media: media, files: pictures)
        read = ReadMedia(media: media, blobs: shared.blobs, disk: shared.disk, pictures: pictures)
        readStatus = ReadMediaStatus(media: media)
        delete = DeleteMedia(
            media: media, accounts: AccountStore(environment.database), producer: environment.producer,
            publicPosts: environment.publicPosts)
        recordPlay = RecordPlay(PlayStore(environment.database), on: environment.loop)
        // A request that misses a message reads the row when its time is over.
        channels = [
            FeatureChannel(
                name: MediaFinished.channel, onSubscribed: {}, onMessage: { completion.apply($0) })
        ]
    }
}
