import Chassis
import Domain
import HTTP
import Jobs
import MediaStoring
import Postgres
import Storage

/// Stores an uploaded avatar and promises its variants; waits up to two seconds for the worker, so that the answer can
/// say how large the picture is. The API itself never decodes it.
struct UploadAvatar: Sendable {
    let media: MediaStore
    let blobs: any BlobStore
    let disk: BlockingPool
    let producer: Producer
    let finished: MediaCompletion
    let maximumBytes: Int

    /// - Throws: ``Refusal``; also when the worker found within the two seconds that the picture cannot be used.
    func callAsFunction(_ request: Request, by principal: Principal) async throws -> MediaFile {
        let id = MediaID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        guard let keys = PictureBlobs(of: id) else { throw Refusal.invalid("File is required") }
        let form = try await PictureForm.read(
            request, limit: maximumBytes, name: id.description, store: blobs, disk: disk)
        guard form.owner == nil || form.owner.flatMap({ UserID($0) }) == principal.user else {
            await form.file.incoming.discard()
            throw Refusal.forbidden("userId is not yours")
        }
        let digest = try await form.file.incoming.commit(as: keys.original)
        let job = try producer.outboxJob(MakeAvatar(media: id), trace: request.id.description)
        let format = form.file.format
        let new = NewMedia(
            id: id, owner: principal.user, purpose: .avatar, originalName: form.file.originalName,
            fileName: "\(id).\(format.fileExtension)", mimeType: format.mimeType, format: format.rawValue,
            byteCount: form.file.incoming.byteCount, sha256: digest)
        do {
            _ = try await media.add(new, enqueuing: job)
        } catch {
            await removeUnlessWritten(keys.original, after: error)
            throw error
        }
        await finished.wait(for: id, atMost: .seconds(2)) { producer.push(job) }
        guard let file = try await media.find(id) else { throw Refusal.notFound("File not found") }
        if file.state == .failed { throw Refusal.invalid(file.failure ?? "The picture cannot be read") }
        return file
    }

    /// A file without a row is nobody's. After a lost answer the row may be there, and then the file must stay.
    private func removeUnlessWritten(_ key: BlobKey, after error: PostgresError) async {
        switch error {
        case .rejected, .unavailable: _ = try? await disk.run { [blobs] in try blobs.delete(key) }
        case .connectionLost, .timedOut, .unexpectedAnswer: break
        }
    }
}
