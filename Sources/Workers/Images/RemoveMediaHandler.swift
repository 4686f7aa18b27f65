import Chassis
import Jobs
import MediaDecoding
import MediaStoring

/// Handles ``RemoveMedia``: deletes the files of media whose rows were deleted. A missing file is no error.
struct RemoveMediaHandler: Sendable {
    let blobs: any BlobStore
    let disk: BlockingPool

    @Sendable func run(_ job: RemoveMedia, _ context: JobContext) async throws -> Completion {
        try await disk.run { [blobs] in
            for keys in job.media.compactMap({ PictureBlobs(of: $0) }) { try blobs.delete(keys) }
        }
        return .finished
    }
}

extension BlobStore {
    /// Deletes the original of a picture and all its variants. Blocks.
    func delete(_ picture: PictureBlobs) throws {
        try delete(picture.original)
        for variant in PictureVariant.all {
            if let key = picture.variant(variant.name) { try delete(key) }
        }
    }
}
