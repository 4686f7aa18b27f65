import Chassis
import Domain
import MediaStoring
import Storage

/// Makes the file of an upload that has all bytes, as if they had come in one form: the same limits, refusals and jobs.
/// One request at a time does it, under a lease, so that after a crash the next one can. A refusal removes the upload;
/// an outage leaves it for the next request.
struct FinishUpload: Sendable {
    let context: UploadContext
    let media: UploadMedia
    let loop: EventLoop
    /// In seconds: how long after a crash other requests are refused.
    private static let lease = 15
    private let places = Places()

    init(context: UploadContext, media: UploadMedia, loop: EventLoop) {
        self.context = context
        self.media = media
        self.loop = loop
    }

    /// - Throws: `upload_locked` while another request does it, `upload_expired` if its bytes are gone, `overloaded`,
    ///   and what ``UploadMedia`` throws.
    func callAsFunction(_ upload: Upload, by caller: Caller) async throws(DomainError) -> UploadedFile {
        guard places.enter() else { throw .overloaded(retryAfterSeconds: 1) }
        defer { places.leave() }
        let (uploads, seconds) = (context.uploads, context.limits.uploadSeconds)
        guard
            try await domainErrors({
                try await uploads.beginFinishing(upload.id, for: Self.lease, lifetime: seconds)
            })
        else { throw .uploadLocked }
        let renewal = renewLease(of: upload.id)
        let result: Result<UploadedFile, DomainError>
        do throws(DomainError) {
            result = .success(try await make(upload, by: caller))
        } catch {
            result = .failure(error)
        }
        renewal.cancel()
        await renewal.value
        if case .failure(let error) = result {
            _ = try? await uploads.extendFinishing(upload.id, for: 0)
            if error.isRefusal { try? await context.remove(upload) }
        }
        return try result.get()
    }

    /// Not a child: the request's task is cancelled when its client is gone, and the file is made all the same.
    private func renewLease(of upload: MediaID) -> Task<Void, Never> {
        loop.spawn { [uploads = context.uploads, loop] in
            while (try? await loop.sleep(for: .seconds(Self.lease / 3))) != nil {
                try? await uploads.extendFinishing(upload, for: Self.lease)
            }
        }
    }

    private func make(_ upload: Upload, by caller: Caller) async throws(DomainError) -> UploadedFile {
        let file = media.begin(upload.purpose, as: upload.id)
        let removal = try await domainErrors {
            do {
                try await copy(upload, to: file)
                return try context.removal(of: upload.id, trace: caller.trace)
            } catch {
                await file.discard()
                throw error
            }
        }
        return try await media.finish(
            file, named: upload.originalName, target: upload.target, by: caller, ending: removal)
    }

    private func copy(_ upload: Upload, to file: MediaUpload) async throws {
        for chunk in try await context.uploads.chunks(of: upload.id) {
            let key = UploadBlobs.chunk(chunk.id, of: upload.id)
            let bytes: [UInt8]
            do {
                bytes = try await context.disk.run { [blobs = context.blobs] in
                    try blobs.read(key, limit: chunk.byteCount)
                }
            } catch BlobError.notFound {
                throw DomainError.uploadExpired
            }
            for start in stride(from: 0, to: bytes.count, by: StagedUpload.pieceSize) {
                try await file.append(bytes[start..<min(start + StagedUpload.pieceSize, bytes.count)])
            }
        }
        try await file.end()
        guard file.byteCount == upload.byteCount else {
            throw DomainError.internalFault(cause: "the chunks of \(upload.id) have \(file.byteCount) bytes")
        }
    }
}

extension DomainError {
    /// Whether the same request would be refused again.
    fileprivate var isRefusal: Bool {
        switch kind {
        case .unavailable, .overloaded, .internalFault, .rateLimited: false
        default: true
        }
    }
}

/// Bounds how many files of one event loop are made at the same time: a chunk of each is in memory. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
private final class Places: @unchecked Sendable {
    private var free = 8

    func enter() -> Bool {
        guard free > 0 else { return false }
        free -= 1
        return true
    }

    func leave() { free += 1 }
}
