import Chassis
package import Domain
import MediaStoring

/// A picture that is being received: recognised by its first bytes, bounded in size, and staged on the disk. Used by
/// one task, in order.
///
/// `@unchecked Sendable`: touched by the task of its request alone.
package final class PictureUpload: @unchecked Sendable {
    let id: MediaID
    private let accepted: Set<PictureFormat>
    private let maximumBytes: Int
    private let store: any BlobStore
    private let disk: BlockingPool

    private(set) var format: PictureFormat?
    private var staged: StagedUpload?
    /// Received and not yet written.
    private var piece: [UInt8] = []
    private var receivedBytes = 0

    init(
        _ id: MediaID, accepting accepted: Set<PictureFormat>, maximumBytes: Int, store: any BlobStore,
        disk: BlockingPool
    ) {
        self.id = id
        self.accepted = accepted
        self.maximumBytes = maximumBytes
        self.store = store
        self.disk = disk
    }

    var byteCount: Int { staged?.byteCount ?? 0 }

    /// Returns when the bytes are taken; while the disk is busy the client is held back.
    /// - Throws: `validation_failed` for another format, `too_large`.
    package func append(_ bytes: ArraySlice<UInt8>) async throws(DomainError) {
        receivedBytes += bytes.count
        piece += bytes
        if format == nil {
            guard piece.count >= MediaKind.sniffedByteCount else { return }
            try await recognise()
        }
        try checkSize()
        if piece.count >= StagedUpload.pieceSize { try await write() }
    }

    /// Ends the picture: its last byte was appended.
    /// - Throws: `validation_failed` for no bytes or another format, `too_large`.
    package func end() async throws(DomainError) {
        if format == nil {
            guard !piece.isEmpty else { throw .invalid("File is required") }
            try await recognise()
        }
        try checkSize()
        if !piece.isEmpty { try await write() }
    }

    /// Removes the staged file.
    package func discard() async {
        await staged?.discard()
        staged = nil
    }

    func commit() async throws -> [UInt8] {
        guard let staged else { throw DomainError.invalid("File is required") }
        return try await staged.commit()
    }

    private func recognise() async throws(DomainError) {
        guard let format = MediaKind(sniffing: piece).pictureFormat, accepted.contains(format) else {
            throw .invalid("File must be a JPEG, PNG or WebP picture")
        }
        guard let key = PictureBlobs(of: id)?.original else { throw .internalFault(cause: "the id makes no key") }
        staged = try await domainErrors { try await StagedUpload.begin(key, in: store, disk: disk) }
        self.format = format
    }

    private func checkSize() throws(DomainError) {
        guard receivedBytes <= maximumBytes else { throw Self.tooLarge(maximumBytes) }
    }

    static func tooLarge(_ maximumBytes: Int) -> DomainError {
        .tooLarge("The picture is larger than \(maximumBytes) bytes")
    }

    private func write() async throws(DomainError) {
        guard let staged else { return }
        let bytes = piece
        piece = []
        try await domainErrors { try await staged.append(bytes) }
    }
}
