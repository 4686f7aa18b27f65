import Chassis
import Crypto
import MediaStoring
import Synchronization

/// A file that is being received: its pieces are hashed and written on the disk's threads, 64 KiB at a time, so that a
/// large file needs no more memory than a small one.
final class StagedUpload: Sendable {
    private struct Content: ~Copyable {
        var digest: SHA256? = SHA256()
    }

    private let staged: any StagedBlob
    private let disk: BlockingPool
    /// Touched only by the one call that runs on the disk's threads; the mutex proves it to the compiler.
    private let content = Mutex(Content())
    static let pieceSize = 65_536

    private init(_ staged: any StagedBlob, _ disk: BlockingPool) {
        self.staged = staged
        self.disk = disk
    }

    static func begin(_ key: BlobKey, in store: any BlobStore, disk: BlockingPool) async throws -> StagedUpload {
        StagedUpload(try await disk.run { try store.stage(key) }, disk)
    }

    var byteCount: Int { staged.byteCount }

    /// Returns when the bytes are written: this is what holds the client back.
    func append(_ bytes: [UInt8]) async throws {
        try await disk.run { [self] in
            content.withLock { $0.digest?.update(bytes.span) }
            try staged.append(bytes)
        }
    }

    /// Makes the file durable under its key.
    /// - Returns: The SHA-256 of its bytes.
    func commit() async throws -> [UInt8] {
        try await disk.run { [self] in
            try staged.commit()
            return content.withLock { content in
                guard let digest = content.digest.take() else { return [] }
                return digest.finish()
            }
        }
    }

    func discard() async {
        _ = try? await disk.run { [staged] in staged.discard() }
    }
}
