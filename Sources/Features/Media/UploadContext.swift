import Chassis
import Domain
import Jobs
import MediaStoring
import Postgres
import Storage

/// What the use cases of uploads in parts share.
struct UploadContext: Sendable {
    let uploads: UploadStore
    let blobs: any BlobStore
    let disk: BlockingPool
    let producer: Producer
    let limits: MediaLimits

    /// Returns the job that deletes the chunks of an upload.
    func removal(of upload: MediaID, trace: String? = nil) throws -> OutboxJob {
        try producer.outboxJob(RemoveUploads(uploads: [upload]), trace: trace)
    }

    /// Removes an upload, and enqueues the deletion of its chunks.
    /// - Throws: `upload_not_found`, `upload_locked` while its file is made.
    func remove(_ upload: MediaID, of owner: UserID, trace: String? = nil) async throws(DomainError) {
        try await domainErrors {
            let removal = try removal(of: upload, trace: trace)
            switch try await uploads.remove(upload, of: owner, enqueuing: removal) {
            case nil: producer.push(removal)
            case .uploadLocked: throw DomainError.uploadLocked
            default: throw DomainError.uploadNotFound
            }
        }
    }

    /// Removes an upload that cannot become a file; nothing happens if it is gone.
    func remove(_ upload: Upload) async throws(DomainError) {
        do throws(DomainError) {
            try await remove(upload.id, of: upload.owner)
        } catch {
            if error.code != .uploadNotFound, error.code != .uploadLocked { throw error }
        }
    }

    /// Returns why bytes could not be added to an upload.
    func conflict(_ upload: Upload) async throws(DomainError) -> DomainError {
        guard let now = try await domainErrors({ try await uploads.find(upload.id) }) else { return .uploadNotFound }
        return now.isExpired ? .uploadExpired : .uploadOffsetConflict
    }
}

extension PostgresError {
    /// Whether a statement that failed so may have been committed.
    var mayBeWritten: Bool {
        switch self {
        case .rejected, .unavailable: false
        case .connectionLost, .timedOut, .unexpectedResult: true
        }
    }
}
