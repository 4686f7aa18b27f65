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
            for media in job.media { try blobs.delete(media, of: job.owner) }
        }
        return .finished
    }
}

extension BlobStore {
    /// Deletes every file of media, whatever its purpose. Blocks.
    /// - Parameter owner: Whose it is; nil if it is no picture for posts and messages.
    func delete(_ media: MediaID, of owner: UserID? = nil) throws {
        if let owner { try delete(MediaBlobs.publicPicture(media, of: owner)) }
        for key in MediaBlobs.all(of: media, variants: PictureVariant.all.flatMap(\.fileNames)) { try delete(key) }
    }
}
