import Chassis
import Domain
import Jobs
import MediaStoring
import Storage

/// Handles ``RemoveOrphanedUploads``, a page of files at a time: deletes files of interrupted uploads, of media and of
/// uploads in parts without a row, and the rows of files that failed a week ago. It keeps young files, because a file
/// is written before its row, and files whose name is none of media.
struct RemoveOrphanedUploadsHandler: Sendable {
    let media: MediaStore
    let uploads: UploadStore
    let producer: Producer
    let blobs: any BlobStore
    let disk: BlockingPool
    /// Longer than any upload.
    private static let safeAge = Duration.seconds(86_400)
    private static let pageSize = 1_000

    @Sendable func run(_ job: RemoveOrphanedUploads, _ context: JobContext) async throws -> Completion {
        let interrupted = try await disk.run { [blobs] in try blobs.removeStale(olderThan: Self.safeAge) }
        var removed = 0
        var last: BlobKey?
        repeat {
            try Task.checkCancellation()
            let page = try await disk.run { [blobs, last] in try blobs.page(after: last, limit: Self.pageSize) }
            removed += try await removeOrphans(among: page)
            last = page.count == Self.pageSize ? page.last?.key : nil
        } while last != nil
        try await removeOldFailures(context)
        context.log.info(
            "removed orphaned uploads", ["interrupted": .number(interrupted), "files": .number(removed)])
        return .finished
    }

    private func removeOldFailures(_ context: JobContext) async throws {
        while true {
            try Task.checkCancellation()
            let failures = try await media.oldFailures()
            guard !failures.isEmpty else { return }
            for (owner, files) in failures {
                let removal = try producer.outboxJob(RemoveMedia(media: files, of: owner), trace: context.trace)
                try await media.remove(files, of: owner, enqueuing: removal)
            }
        }
    }

    private func removeOrphans(among page: [StoredBlob]) async throws -> Int {
        let now = Timestamp.now
        let old = page.filter { $0.modified.adding(Self.safeAge) < now }
        let media = media
        let uploads = uploads
        let files = try await Self.orphans(among: old, MediaBlobs.media) { try await media.existing(among: $0) }
        let chunks = try await Self.orphans(among: old, UploadBlobs.upload) { try await uploads.existing(among: $0) }
        let keys = files + chunks
        try await disk.run { [blobs] in for key in keys { try blobs.delete(key) } }
        return keys.count
    }

    /// Returns the keys of blobs whose owner has no row.
    /// - Parameter owner: The owner of a key; nil if it has none.
    private static func orphans(
        among blobs: [StoredBlob], _ owner: (BlobKey) -> MediaID?,
        existing: (Set<MediaID>) async throws -> Set<MediaID>
    ) async throws -> [BlobKey] {
        let owned = Dictionary(grouping: blobs) { owner($0.key) }
        let owners = Set(owned.keys.compactMap { $0 })
        guard !owners.isEmpty else { return [] }
        return owners.subtracting(try await existing(owners)).flatMap { owned[$0] ?? [] }.map(\.key)
    }
}
