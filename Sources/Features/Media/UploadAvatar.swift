import Chassis
package import Domain
import Jobs
import MediaStoring
import Postgres
import Storage

/// Stores an uploaded avatar and enqueues the creation of its variants. Waits up to two seconds for the worker, so that
/// the result has the picture's size. The API never decodes a picture.
package struct UploadAvatar: Sendable {
    /// The formats that are accepted (S1-53).
    private static let accepted: Set<PictureFormat> = [.jpeg, .png, .webp]

    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool
    let producer: Producer
    let completion: MediaCompletion
    /// Of one picture, in bytes.
    package let maximumBytes: Int

    /// The refusal of a picture that is larger.
    package var tooLarge: DomainError { PictureUpload.tooLarge(maximumBytes) }

    /// Begins an upload; its bytes are written to the disk as they arrive.
    package func begin() -> PictureUpload {
        PictureUpload(
            MediaID(unixMilliseconds: Timestamp.now.unixMilliseconds), accepting: Self.accepted,
            maximumBytes: maximumBytes, store: blobs, disk: disk)
    }

    /// Ends an upload whose last byte has arrived, and makes it the caller's avatar.
    /// - Parameters:
    ///   - originalName: The file's name at the client.
    ///   - owner: The user that the client names as the owner; must be the caller.
    /// - Throws: `validation_failed`, `not_yourself`, `file_rejected` if the worker cannot use the picture,
    ///   `token_invalid` if the caller's account is closed. Nothing stays on the disk then.
    package func finish(
        _ upload: PictureUpload, originalName: String, owner: String?, by caller: Caller
    ) async throws(DomainError) -> UploadedFile {
        guard let keys = PictureBlobs(of: upload.id), let format = upload.format else {
            throw .invalid("File is required")
        }
        do { try caller.requireSelf(owner, field: "userId") } catch {
            await upload.discard()
            throw error
        }
        return try await domainErrors {
            let digest = try await upload.commit()
            let new = NewMedia(
                id: upload.id, owner: caller.user, purpose: .avatar, originalName: originalName.composed,
                fileName: "\(upload.id).\(format.fileExtension)", mimeType: format.mimeType,
                format: format.rawValue, byteCount: upload.byteCount, sha256: digest)
            return UploadedFile(try await store(new, keys, caller))
        }
    }

    private func store(_ new: NewMedia, _ keys: PictureBlobs, _ caller: Caller) async throws -> MediaFile {
        let job = try producer.outboxJob(MakeAvatar(media: new.id), trace: caller.trace)
        let stored: Timestamp?
        do {
            stored = try await media.add(new, enqueuing: job)
        } catch {
            await removeUnlessWritten(keys.original, after: error)
            throw error
        }
        guard let stored else {
            await remove(keys.original)
            throw DomainError.tokenInvalid
        }
        await completion.wait(for: new.id, atMost: .seconds(2)) { producer.push(job) }
        // Without a row the picture was stored, and by now a newer upload has replaced it.
        guard let file = try await media.find(new.id) else { return MediaFile(new, storedAt: stored) }
        if file.state == .failed {
            throw DomainError(.fileRejected, .invalid, file.failure ?? "The picture cannot be read")
        }
        return file
    }

    /// A file without a row is orphaned. After a lost response the row may exist, and then the file must stay.
    private func removeUnlessWritten(_ key: BlobKey, after error: PostgresError) async {
        switch error {
        case .rejected, .unavailable: await remove(key)
        case .connectionLost, .timedOut, .unexpectedResult: break
        }
    }

    private func remove(_ key: BlobKey) async {
        _ = try? await disk.run { [blobs] in try blobs.delete(key) }
    }
}
