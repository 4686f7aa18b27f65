import Chassis
package import Domain
import MediaStoring

/// A file that is being received: recognised by its first bytes, bounded in size, and staged in the store. Used by one
/// task, in order.
///
/// `@unchecked Sendable`: touched by the task of its request alone.
package final class MediaUpload: @unchecked Sendable {
    let id: MediaID
    let rule: UploadRule
    private let store: any BlobStore
    private let disk: BlockingPool

    private(set) var type: FileType?
    private var staged: StagedUpload?
    /// Received and not yet written.
    private var piece: [UInt8] = []
    private var receivedBytes = 0

    init(_ id: MediaID, _ rule: UploadRule, store: any BlobStore, disk: BlockingPool) {
        self.id = id
        self.rule = rule
        self.store = store
        self.disk = disk
    }

    var key: BlobKey { MediaBlobs.original(of: id, for: rule.purpose) }
    var byteCount: Int { staged?.byteCount ?? 0 }

    /// Returns when the bytes are taken; while the store is busy the client is held back.
    /// - Throws: `validation_failed` for another kind of file, `too_large`.
    package func append(_ bytes: ArraySlice<UInt8>) async throws(DomainError) {
        receivedBytes += bytes.count
        // Room for a whole piece at once: growing by doubling would leave as much again to the allocator.
        if piece.isEmpty { piece.reserveCapacity(StagedUpload.pieceSize + bytes.count) }
        piece += bytes
        if type == nil {
            guard piece.count >= MediaKind.sniffedByteCount else { return }
            try await recognise()
        }
        try checkSize()
        if piece.count >= StagedUpload.pieceSize { try await write() }
    }

    /// Ends the file: its last byte was appended.
    /// - Throws: `validation_failed` for no bytes or another kind of file, `too_large`.
    package func end() async throws(DomainError) {
        if type == nil {
            guard !piece.isEmpty else { throw .invalid("File is required") }
            try await recognise()
        }
        try checkSize()
        if !piece.isEmpty { try await write() }
    }

    /// Removes what was staged.
    package func discard() async {
        await staged?.discard()
        staged = nil
    }

    func commit() async throws -> [UInt8] {
        guard let staged else { throw DomainError.invalid("File is required") }
        return try await staged.commit()
    }

    private func recognise() async throws(DomainError) {
        let type = try rule.type(of: piece)
        staged = try await domainErrors { try await StagedUpload.begin(key, in: store, disk: disk) }
        self.type = type
    }

    private func checkSize() throws(DomainError) {
        guard receivedBytes <= rule.maximumBytes else { throw rule.tooLarge }
    }

    private func write() async throws(DomainError) {
        guard let staged else { return }
        let bytes = piece
        piece = []
        try await domainErrors { try await staged.append(bytes) }
    }
}
