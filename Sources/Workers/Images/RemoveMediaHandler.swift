import Chassis
import Domain
import Jobs
import MediaDecoding
import MediaStoring

/// Handles ``RemoveMedia``: deletes the files of media whose rows were deleted. A missing file is no error.
struct RemoveMediaHandler: Sendable {
    let blobs: any BlobStore
    let disk: BlockingPool

    @Sendable func run(_ job: RemoveMedia, _ context: JobContext) async throws -> Completion {
        try await disk.run { [blobs] in
            for media in job.media { try blobs.delete(media) }
        }
        return .finished
    }
}

extension BlobStore {
    /// Deletes every file of media, whatever its purpose. Blocks.
    func delete(_ media: MediaID) throws {
        for key in MediaBlobs.all(of: media, variants: PictureVariant.all.flatMap(\.fileNames)) { try delete(key) }
    }
}
