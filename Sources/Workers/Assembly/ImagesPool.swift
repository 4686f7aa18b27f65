import Chassis
import Jobs
import MediaDecoding
import MediaStoring
import Storage

/// Decodes uploaded pictures and deletes the files of deleted ones.
enum ImagesPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let blobs = try settings.media.openStore()
        let disk = BlockingPool(name: "disk", threads: settings.media.threads(local: 2), queueLimit: 1_024)
        let media = MediaStore(context.database)
        let decoders = DecoderPool(count: settings.concurrency) { PictureDecoder() }
        let makePicture = MakePictureHandler(
            media: media, redis: context.redis, blobs: blobs, producer: context.producer, decoders: decoders, disk: disk
        )
        let makeFallbacks = MakeFallbacksHandler(media: media, blobs: blobs, decoders: decoders, disk: disk)
        let removeMedia = RemoveMediaHandler(blobs: blobs, disk: disk)
        return [
            JobHandler(MakeAvatar.self, makePicture.makeAvatar, onDeadLetter: makePicture.giveUpAvatar),
            JobHandler(MakeCover.self, makePicture.makeCover, onDeadLetter: makePicture.giveUpCover),
            JobHandler(MakePicture.self, makePicture.makePicture, onDeadLetter: makePicture.giveUpPicture),
            JobHandler(MakeFallbacks.self, makeFallbacks.run),
            JobHandler(RemoveMedia.self, removeMedia.run),
        ]
    }
}
