import Chassis
import Domain
import Jobs
import MediaStoring
import Storage

/// Keeps the promise of ``PruneExports``. A file is removed after its row: what a death in between leaves is replaced or
/// removed with the account.
struct PruneExportsHandler: Sendable {
    let exports: AccountExports
    let blobs: any BlobStore
    let disk: BlockingPool

    @Sendable func run(_ job: PruneExports, _ context: JobContext) async throws -> Completion {
        var removed = 0
        while true {
            try Task.checkCancellation()
            let users = try await exports.removeExpired()
            guard !users.isEmpty else { break }
            removed += users.count
            let keys = users.compactMap { ExportBlobs.file(of: $0) }
            try await disk.run { [blobs] in for key in keys { try blobs.delete(key) } }
        }
        context.log.info("removed expired exports", ["count": .number(removed)])
        return .finished
    }
}
