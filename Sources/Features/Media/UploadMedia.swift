import Chassis
package import Domain
import Jobs
import MediaStoring
import Postgres
import Storage

/// What a client says of a file that it uploads.
package struct UploadDescription: Sendable {
    /// The file's name at the client.
    package var originalName: String
    /// The user that the client names as the owner; must be the caller.
    package var owner: String?
    /// Of a cover: the id of its track.
    package var track: String?
    /// Of a cover: whether it is the profile's.
    package var isProfileCover: Bool

    package init(originalName: String, owner: String? = nil, track: String? = nil, isProfileCover: Bool = false) {
        self.originalName = originalName
        self.owner = owner
        self.track = track
        self.isProfileCover = isProfileCover
    }

    /// What a cover belongs to.
    var target: NewMedia.CoverTarget {
        get throws(DomainError) {
            if isProfileCover { return .profile }
            guard let track else { return .newestTrack }
            guard let id = MediaID(track) else { throw DomainError(field: "trackId", reason: "trackId is not valid") }
            return .track(id)
        }
    }
}

/// Stores an uploaded file and enqueues the work on it. Waits up to two seconds for the worker, so that the result has
/// what it found. The API never decodes a file.
package struct UploadMedia: Sendable {
    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool
    let producer: Producer
    let completion: MediaCompletion
    let limits: MediaLimits

    /// Returns the most bytes of a file.
    package func maximumBytes(for purpose: MediaPurpose) -> Int { UploadRule(purpose, limits).maximumBytes }

    /// Returns the refusal of a larger file.
    package func tooLarge(for purpose: MediaPurpose) -> DomainError { UploadRule(purpose, limits).tooLarge }

    /// Begins an upload; its bytes are written to the store as they arrive.
    package func begin(_ purpose: MediaPurpose) -> MediaUpload {
        begin(purpose, as: MediaID(unixMilliseconds: Timestamp.now.unixMilliseconds))
    }

    func begin(_ purpose: MediaPurpose, as id: MediaID) -> MediaUpload {
        MediaUpload(id, UploadRule(purpose, limits), store: blobs, disk: disk)
    }

    /// Ends an upload whose last byte has arrived.
    /// - Throws: `validation_failed`, `not_yourself`, `track_not_found` for a cover, `quota_exceeded`, `file_rejected`
    ///   if the worker cannot use the file, `token_invalid` if the caller's account is closed. Nothing stays in the
    ///   store then.
    package func finish(
        _ upload: MediaUpload, _ description: UploadDescription, by caller: Caller
    ) async throws(DomainError) -> UploadedFile {
        let target: NewMedia.CoverTarget
        do throws(DomainError) {
            try caller.requireSelf(description.owner, field: "userId")
            target = try description.target
        } catch {
            await upload.discard()
            throw error
        }
        return try await finish(upload, named: description.originalName, target: target, by: caller)
    }

    /// - Parameter removal: Of an upload in parts: the job that deletes the parts. The row of the upload ends with it.
    func finish(
        _ upload: MediaUpload, named originalName: String, target: NewMedia.CoverTarget, by caller: Caller,
        ending removal: OutboxJob? = nil
    ) async throws(DomainError) -> UploadedFile {
        guard let type = upload.type else { throw .invalid("File is required") }
        return try await domainErrors {
            let digest = try await upload.commit()
            let name = originalName.composed
            let purpose = upload.rule.purpose
            let new = NewMedia(
                id: upload.id, owner: caller.user, purpose: purpose, originalName: name,
                fileName: "\(upload.id).\(type.fileExtension)", mimeType: type.mimeType, format: type.format,
                byteCount: upload.byteCount, sha256: digest, state: Self.hasWork(purpose, type) ? .pending : .ready,
                title: purpose == .track ? Self.title(of: name) : nil, target: target)
            return UploadedFile(try await store(new, upload.key, caller, ending: removal))
        }
    }

    /// The name without its extension.
    private static func title(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    private static func hasWork(_ purpose: MediaPurpose, _ type: FileType) -> Bool {
        purpose != .other || AudioFormat(rawValue: type.format) != nil
    }

    /// Returns the job that reads the file.
    private func work(on new: NewMedia, _ caller: Caller) throws -> OutboxJob? {
        guard new.state == .pending else { return nil }
        return switch new.purpose {
        case .avatar: try producer.outboxJob(MakeAvatar(media: new.id), trace: caller.trace)
        case .cover: try producer.outboxJob(MakeCover(media: new.id), trace: caller.trace)
        case .picture: try producer.outboxJob(MakePicture(media: new.id), trace: caller.trace)
        case .track, .other: try producer.outboxJob(ProbeTrack(media: new.id), trace: caller.trace)
        }
    }

    private func store(
        _ new: NewMedia, _ key: BlobKey, _ caller: Caller, ending removal: OutboxJob?
    ) async throws -> MediaFile {
        let job = try work(on: new, caller)
        let activity = new.purpose == .track ? try producer.newActivity(of: new.owner, trace: caller.trace) : nil
        let added: MediaStore.Added
        do {
            added = try await media.add(
                new, within: limits.quota, enqueuing: [job, removal].compactMap { $0 }, telling: activity,
                recording: new.purpose == .track ? .trackUploaded(new) : nil)
        } catch {
            await removeUnlessWritten(key, after: error)
            throw error
        }
        switch added {
        case .refused(let code):
            await remove(key)
            throw refusal(code)
        case .stored(let time, let told):
            if let removal { producer.push(removal) }
            if let activity {
                producer.push(activity, told: told)
                producer.wakePublishers()
            }
            guard let job else { return MediaFile(new, storedAt: time) }
            await completion.wait(for: new.id, atMost: .seconds(2)) { producer.push(job) }
            // Without a row the file was stored, and by now a newer upload has replaced it.
            guard let file = try await media.find(new.id) else { return MediaFile(new, storedAt: time) }
            guard file.state != .failed else { throw DomainError.fileRejected(file.failure) }
            return file
        }
    }

    private func refusal(_ code: DomainError.Code) -> DomainError {
        switch code {
        case .trackNotFound: .trackNotFound
        case .quotaExceeded: .quotaExceeded(limits.quota)
        default: .tokenInvalid
        }
    }

    /// A file without a row is orphaned. After a lost response the row may exist, and then the file must stay.
    private func removeUnlessWritten(_ key: BlobKey, after error: PostgresError) async {
        if !error.mayBeWritten { await remove(key) }
    }

    private func remove(_ key: BlobKey) async {
        _ = try? await disk.run { [blobs] in try blobs.delete(key) }
    }
}
