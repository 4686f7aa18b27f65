package import Chassis
package import Domain
import Storage

/// An upload as its owner sees it.
package struct UploadProgress: Sendable {
    package let id: MediaID
    package let byteCount: Int
    /// The number of the first bytes that are stored.
    package let received: Int
    /// What the client said of it, as it said it; nil for a file, which does not keep it.
    package let metadata: String?
    /// Nil for a file, which does not expire.
    package let expiresAt: Timestamp?
    /// The file, when all bytes have arrived.
    package let file: UploadedFile?

    init(_ upload: Upload, received: Int? = nil, expiresAt: Timestamp? = nil) {
        id = upload.id
        byteCount = upload.byteCount
        self.received = received ?? upload.received
        metadata = upload.metadata
        self.expiresAt = expiresAt ?? upload.expiresAt
        file = nil
    }

    init(_ file: UploadedFile) {
        id = file.id
        byteCount = file.byteCount
        received = file.byteCount
        metadata = nil
        expiresAt = nil
        self.file = file
    }
}

/// Uploads files in several requests, each of which may break off anywhere: the protocol of tus. An upload belongs to
/// its user; its id becomes that of the file.
package struct ResumableUploads: Sendable {
    let context: UploadContext
    let media: MediaStore
    let finish: FinishUpload
    /// Of one user.
    package static let maximumUnfinished = 20

    /// The most bytes of a file of any purpose.
    package var maximumBytes: Int {
        max(context.limits.imageBytes, context.limits.audioBytes, context.limits.fileBytes)
    }

    /// Begins an upload.
    /// - Parameters:
    ///   - byteCount: Of the whole file.
    ///   - metadata: What the client said of it, as it said it.
    /// - Throws: `validation_failed`, `not_yourself`, `too_large`, `too_many_uploads`, `quota_exceeded`,
    ///   `track_not_found` for a cover, `token_invalid` if the caller's account is closed.
    package func create(
        _ purpose: MediaPurpose, _ description: UploadDescription, byteCount: Int, metadata: String, by caller: Caller
    ) async throws(DomainError) -> UploadProgress {
        try caller.requireSelf(description.owner, field: "userId")
        let target = try description.target
        guard byteCount > 0 else { throw .invalid("File is required") }
        let rule = UploadRule(purpose, context.limits)
        guard byteCount <= rule.maximumBytes else { throw rule.tooLarge }
        let (now, seconds) = (Timestamp.now, context.limits.uploadSeconds)
        let upload = Upload(
            id: MediaID(unixMilliseconds: now.unixMilliseconds), owner: caller.user, purpose: purpose,
            originalName: description.originalName.composed, target: target, metadata: metadata, byteCount: byteCount,
            expiresAt: now.adding(.seconds(seconds)))
        let created = try await domainErrors {
            try await context.uploads.create(
                upload, lifetime: seconds, atMost: Self.maximumUnfinished, within: context.limits.quota)
        }
        switch created {
        case .created(let expiry): return UploadProgress(upload, expiresAt: expiry)
        case .refused(.trackNotFound): throw .trackNotFound
        case .refused(.quotaExceeded): throw .quotaExceeded(context.limits.quota)
        case .refused(.tooManyUploads): throw .tooManyUploads(Self.maximumUnfinished)
        case .refused: throw .tokenInvalid
        }
    }

    /// Returns how far an upload is. One that has all bytes, because an earlier request could not make the file,
    /// becomes the file now.
    /// - Throws: `upload_not_found`, `upload_expired`, `upload_locked` while another request makes the file, and what
    ///   ``UploadMedia`` throws.
    package func read(_ id: MediaID, by caller: Caller) async throws(DomainError) -> UploadProgress {
        switch try await find(id, of: caller) {
        case .file(let file): return UploadProgress(file)
        case .upload(let upload) where upload.isComplete: return UploadProgress(try await finish(upload, by: caller))
        case .upload(let upload): return UploadProgress(upload)
        }
    }

    /// Begins to receive bytes of an upload.
    /// - Parameters:
    ///   - offset: Where the client says that they begin.
    ///   - count: How many there will be; nil if the client does not know.
    /// - Returns: Nil if the upload has all bytes already and the client sends none: ``read(_:by:)`` tells more.
    /// - Throws: `upload_offset_conflict`, `too_large` for more bytes than are missing.
    package func receive(
        _ id: MediaID, at offset: Int, count: Int?, checksum: ExpectedChecksum?, by caller: Caller
    ) async throws(DomainError) -> UploadReceiver? {
        switch try await find(id, of: caller) {
        case .file(let file):
            guard offset == file.byteCount else { throw .uploadOffsetConflict }
            guard count == 0 else { throw .tooLarge("The upload has all bytes") }
            return nil
        case .upload(let upload):
            guard offset == upload.received else { throw .uploadOffsetConflict }
            guard count ?? 0 <= upload.byteCount - upload.received else {
                throw .tooLarge("The upload has \(upload.byteCount) bytes, and the request has more than the rest")
            }
            return UploadReceiver(upload, checksum, context)
        }
    }

    /// Ends a request whose last byte was received, and the upload with it if that was its last byte.
    /// - Throws: What ``UploadReceiver/end()`` and ``UploadMedia`` throw.
    package func end(_ receiver: UploadReceiver, by caller: Caller) async throws(DomainError) -> UploadProgress {
        try await receiver.end()
        guard receiver.recorded == receiver.upload.byteCount else {
            return UploadProgress(receiver.upload, received: receiver.recorded, expiresAt: receiver.expiresAt)
        }
        return UploadProgress(try await finish(receiver.upload, by: caller))
    }

    /// Removes an upload and its bytes.
    /// - Throws: `upload_not_found`, `upload_locked` while its file is made.
    package func terminate(_ id: MediaID, by caller: Caller) async throws(DomainError) {
        try await context.remove(id, of: caller.user, trace: caller.trace)
    }

    private enum Found {
        case upload(Upload)
        case file(UploadedFile)
    }

    private func find(_ id: MediaID, of caller: Caller) async throws(DomainError) -> Found {
        try await domainErrors {
            if let upload = try await context.uploads.find(id) {
                guard upload.owner == caller.user else { throw DomainError.uploadNotFound }
                guard !upload.isExpired else { throw DomainError.uploadExpired }
                return .upload(upload)
            }
            // The response to its last bytes may have been lost.
            guard let file = try await media.find(id), file.owner == caller.user else {
                throw DomainError.uploadNotFound
            }
            guard file.state != .failed else { throw DomainError.fileRejected(file.failure) }
            return .file(UploadedFile(file))
        }
    }
}
