import Chassis
import Domain
import Jobs
import MediaDecoding
import MediaStoring
import Storage

/// Handles ``MakeFallbacks``: decodes a picture whose variants are there as WebP alone, since an earlier version made
/// them, and stores the same variants as JPEG or PNG.
struct MakeFallbacksHandler: Sendable {
    let media: MediaStore
    let blobs: any BlobStore
    let decoders: DecoderPool<PictureDecoder>
    let disk: BlockingPool

    @Sendable func run(_ job: MakeFallbacks, _ context: JobContext) async throws -> Completion {
        let id = job.media
        do {
            try await decoders.run { [blobs] decoder in
                let original = try blobs.read(
                    MediaBlobs.original(of: id, for: .avatar), limit: PictureLimits.byteCount)
                for variant in try decoder.decode(original).variants { try blobs.write(fallbackOf: variant, of: id) }
            }
        } catch BlobError.notFound {
            // Deleted meanwhile.
        }
        // The files were deleted with the row, but maybe before this run wrote its own.
        if try await media.existing(among: [id]).isEmpty {
            try await disk.run { [blobs] in try blobs.delete(id) }
        }
        return .finished
    }
}

extension BlobStore {
    /// Stores the file of a variant for clients that cannot show WebP. Blocks.
    func write(fallbackOf picture: EncodedPicture, of id: MediaID) throws {
        let format = MediaKind(sniffing: picture.fallback).pictureFormat ?? .jpeg
        try write(picture.fallback, as: MediaBlobs.picture(picture.variant.fileName(format), of: id))
    }
}
