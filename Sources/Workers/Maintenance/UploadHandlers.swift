import Chassis
import Domain
import Jobs
import MediaStoring
import Storage

/// Handles ``PruneUploads`` and ``RemoveUploads``.
struct UploadHandlers: Sendable {
    let uploads: UploadStore
    let producer: Producer
    let blobs: any BlobStore
    let disk: BlockingPool

    /// Removes expired uploads, a batch at a time; the job of each batch deletes their chunks.
    @Sendable func prune(_ job: PruneUploads, _ context: JobContext) async throws -> Completion {
        var removed = 0
        while true {
            try Task.checkCancellation()
            let expired = try await uploads.expired()
            guard !expired.isEmpty else { break }
            let removal = try producer.outboxJob(RemoveUploads(uploads: expired), trace: context.trace)
            let count = try await uploads.remove(expired, enqueuing: removal)
            if count > 0 { producer.push(removal) }
            removed += count
        }
        if removed > 0 { context.log.info("removed expired uploads", ["count": .number(removed)]) }
        return .finished
    }

    /// Deletes the chunks of uploads; of one that continues, because it received a byte meanwhile, they stay.
    @Sendable func remove(_ job: RemoveUploads, _ context: JobContext) async throws -> Completion {
        let ended = Set(job.uploads).subtracting(try await uploads.existing(among: Set(job.uploads)))
        try await disk.run { [blobs] in
            for upload in ended { try UploadBlobs.deleteAll(of: upload, in: blobs) }
        }
        return .finished
    }
}
