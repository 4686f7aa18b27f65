import Chassis
import Crypto
package import Domain
import MediaStoring
import Postgres
import Storage

/// What the bytes of one request must digest to.
package struct ExpectedChecksum: Sendable {
    let algorithm: Checksum.Algorithm
    let digest: [UInt8]

    /// The names of the algorithms.
    package static let algorithms = Checksum.Algorithm.allCases.map(\.rawValue)

    /// - Returns: Nil for an unknown algorithm, and for a digest of another length.
    package init?(_ name: String, _ digest: [UInt8]) {
        guard let algorithm = Checksum.Algorithm(rawValue: name), digest.count == algorithm.size else { return nil }
        self.algorithm = algorithm
        self.digest = digest
    }
}

/// Receives the bytes that one request adds to an upload: writes them to the blob store as chunks, and records each
/// when it is durable; with a checksum all of them, when it matches. Every chunk has a key of its own, and is recorded
/// only behind the bytes that this request began with: of two requests at the same time one adds its bytes, and no
/// bytes of the other ever belong to the upload. Used by one task, in order.
///
/// `@unchecked Sendable`: touched by the task of its request alone.
package final class UploadReceiver: @unchecked Sendable {
    /// A chunk ends with the piece that reaches this number of bytes. It is read into memory when the file is made.
    static let chunkSize = 4 << 20
    /// The next request repeats the bytes of a shorter last chunk in its first one, so that an upload in many small
    /// requests has few chunks.
    static let shortChunk = 1 << 20

    let upload: Upload
    private let context: UploadContext
    private let rule: UploadRule
    private let checksum: ExpectedChecksum?
    private var digest: Checksum?

    /// The end of the bytes that were taken.
    private var position: Int
    /// The end of the bytes that are recorded.
    private(set) var recorded: Int
    private(set) var expiresAt: Timestamp
    /// The chunk that is being written, and where it begins.
    private var staged: (blob: any StagedBlob, id: UploadChunkID)?
    private var start: Int
    /// A short chunk whose bytes the first chunk repeats.
    private var replaced: UploadChunk?
    /// Durable, and not recorded yet.
    private var written: [UploadChunk] = []
    /// Taken, and not written yet.
    private var piece: [UInt8] = []
    /// The first bytes of the file; nil when they are recognised.
    private var head: [UInt8]?
    private var isOver = false

    init(_ upload: Upload, _ checksum: ExpectedChecksum?, _ context: UploadContext) {
        self.upload = upload
        self.context = context
        self.checksum = checksum
        if let checksum { digest = Checksum(checksum.algorithm) }
        rule = UploadRule(upload.purpose, context.limits)
        position = upload.received
        recorded = upload.received
        expiresAt = upload.expiresAt
        start = upload.received
        if let last = upload.lastChunk, last.byteCount < Self.shortChunk {
            replaced = last
            start = last.start
        }
        head = start == 0 ? [] : nil
    }

    /// Returns when the bytes are taken; while the store is busy the client is held back.
    /// - Throws: `too_large` for more bytes than the upload has, `validation_failed` for another kind of file: then the
    ///   upload is removed.
    package func append(_ bytes: ArraySlice<UInt8>) async throws(DomainError) {
        guard position + bytes.count <= upload.byteCount else {
            await discard()
            throw .tooLarge("The upload has \(upload.byteCount) bytes, and the request has more than the rest")
        }
        digest?.update(bytes.span)
        position += bytes.count
        piece += bytes
        guard piece.count >= StagedUpload.pieceSize else { return }
        try await orDiscard { try await write() }
    }

    /// Records what is not recorded yet: the request has ended.
    /// - Throws: `checksum_mismatch`, `upload_offset_conflict` if another request was faster, `validation_failed` for
    ///   another kind of file.
    package func end() async throws(DomainError) {
        try await orDiscard {
            try await endChunk()
            guard let checksum else { return }
            guard let digest = digest.take(), digest.finish() == checksum.digest else {
                throw DomainError.checksumMismatch
            }
            try await recognise()
            try await record()
        }
        isOver = true
    }

    /// Keeps what has arrived of a request that broke off; nothing of one with a checksum. After an error of
    /// ``append(_:)`` or ``end()`` there is nothing to keep.
    package func interrupt() async {
        guard !isOver else { return }
        guard checksum == nil else { return await discard() }
        try? await orDiscard { try await endChunk() }
        isOver = true
    }

    // MARK: Chunks

    private func write() async throws {
        guard !piece.isEmpty else { return }
        let blob = try await stage()
        if let head, head.count < MediaKind.sniffedByteCount {
            self.head = head + piece.prefix(MediaKind.sniffedByteCount - head.count)
        }
        if checksum == nil { try await recognise() }
        let bytes = piece
        piece = []
        try await context.disk.run { try blob.append(bytes) }
        if blob.byteCount >= Self.chunkSize { try await endChunk() }
    }

    /// Returns the chunk that is being written; begins one with the bytes that it repeats.
    private func stage() async throws -> any StagedBlob {
        if let staged { return staged.blob }
        let id = UploadChunkID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let key = UploadBlobs.chunk(id, of: upload.id)
        let repeated = written.isEmpty ? replaced.map { UploadBlobs.chunk($0.id, of: upload.id) } : nil
        let (blob, before) = try await context.disk.run { [blobs = context.blobs] in
            let before = try repeated.map { try blobs.read($0, limit: Self.shortChunk) } ?? []
            return (try blobs.stage(key), before)
        }
        staged = (blob, id)
        piece = before + piece
        return blob
    }

    private func endChunk() async throws {
        try await write()
        guard let (blob, id) = staged else { return }
        try await context.disk.run { try blob.commit() }
        staged = nil
        let chunk = UploadChunk(id: id, start: start, byteCount: blob.byteCount)
        written.append(chunk)
        start = chunk.end
        if checksum == nil { try await record() }
    }

    /// Removes the upload if its first bytes are of another kind than its purpose asks for.
    private func recognise() async throws {
        guard let head, head.count == MediaKind.sniffedByteCount || position == upload.byteCount else { return }
        do throws(DomainError) {
            _ = try rule.type(of: head)
        } catch {
            try? await context.remove(upload)
            throw error
        }
        self.head = nil
    }

    private func record() async throws {
        guard let end = written.last?.end else { return }
        let chunks = written
        // From here on the row may name them, whatever the error.
        written = []
        let expiry: Timestamp?
        do {
            expiry = try await context.uploads.add(
                chunks, to: upload.id, behind: recorded, replacing: replaced, lifetime: context.limits.uploadSeconds)
        } catch {
            if !error.mayBeWritten { written = chunks }
            throw error
        }
        guard let expiry else {
            written = chunks
            throw try await context.conflict(upload)
        }
        recorded = end
        expiresAt = expiry
        if let replaced = replaced.take() { await delete([replaced]) }
    }

    // MARK: Errors

    private func orDiscard(_ body: () async throws -> Void) async throws(DomainError) {
        do {
            try await domainErrors(body)
        } catch {
            await discard()
            throw error
        }
    }

    private func discard() async {
        isOver = true
        piece = []
        if let blob = staged?.blob { _ = try? await context.disk.run { blob.discard() } }
        staged = nil
        await delete(written)
        written = []
    }

    private func delete(_ chunks: [UploadChunk]) async {
        guard !chunks.isEmpty else { return }
        let keys = chunks.map { UploadBlobs.chunk($0.id, of: upload.id) }
        _ = try? await context.disk.run { [blobs = context.blobs] in for key in keys { try blobs.delete(key) } }
    }
}
