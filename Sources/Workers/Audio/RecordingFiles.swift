import Chassis
import Domain
import Glibc
import MediaDecoding
import MediaStoring
import Storage

/// The files of recordings, and the decoders that read them.
struct RecordingFiles: Sendable {
    let media: MediaStore
    let blobs: any BlobStore
    let decoders: DecoderPool<AudioDecoder>
    let disk: BlockingPool

    /// Runs work with a decoder and the open file of a recording, on a thread that it may block.
    /// - Throws: ``BlobError``, and what the work throws.
    func withDescriptor<Value: Sendable>(
        of file: MediaFile, _ work: @escaping @Sendable (AudioDecoder, Int32) throws -> Value
    ) async throws -> Value {
        let key = MediaBlobs.original(of: file.id, for: file.purpose)
        return try await decoders.run { [blobs] decoder in
            guard let descriptor = try blobs.open(key).takeDescriptor() else { throw BlobError.finished }
            defer { close(descriptor) }
            return try work(decoder, descriptor)
        }
    }

    func write(_ bytes: [UInt8], as key: BlobKey) async throws {
        try await disk.run { [blobs] in try blobs.write(bytes, as: key) }
    }

    func delete(_ id: MediaID) async throws {
        try await disk.run { [blobs] in try blobs.delete(id) }
    }

    /// Deletes the files of a recording whose row was deleted meanwhile, or has failed: they were deleted with it, but
    /// maybe before this run or an earlier one wrote its own.
    func removeOrphan(_ id: MediaID) async throws {
        if try await media.existing(among: [id]).isEmpty { try await delete(id) }
    }
}
