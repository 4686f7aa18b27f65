import Domain
import Foundation
import MediaStoring
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Uploads in several requests, and the rows and files they leave.
extension FeatureHarness {
    /// Room for files of several chunks.
    static let uploadLimits = MediaLimits(
        imageBytes: 16 << 20, audioBytes: 16 << 20, fileBytes: 16 << 20,
        quota: MediaQuota(files: 40, bytes: 256 << 20))

    static func openForUploads(_ body: @escaping @Sendable (FeatureHarness) async throws -> Void) async throws {
        try await openParallel(1, media: uploadLimits) { try await body($0[0]) }
    }

    /// Bytes of no known kind, whose blocks of 64 KiB all differ.
    static func unknownBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededRandom(seed)
        var block = (0..<65_536).map { _ in UInt8.random(in: 1 ... .max, using: &random) }
        var bytes: [UInt8] = []
        while bytes.count < count {
            block[100] = UInt8(truncatingIfNeeded: bytes.count >> 16)
            bytes += block.prefix(count - bytes.count)
        }
        return bytes
    }

    func begin(
        _ byteCount: Int, as purpose: MediaPurpose = .other, called name: String = "file.bin", owner: String? = nil,
        track: String? = nil, by caller: Caller
    ) async throws -> MediaID {
        try await media.resumable.create(
            purpose, UploadDescription(originalName: name, owner: owner, track: track), byteCount: byteCount,
            metadata: "", by: caller
        ).id
    }

    func receive(
        _ id: MediaID, at offset: Int, count: Int? = nil, _ checksum: ExpectedChecksum? = nil, by caller: Caller
    ) async throws -> UploadReceiver? {
        try await media.resumable.receive(id, at: offset, count: count, checksum: checksum, by: caller)
    }

    /// Sends bytes as one request.
    func send(
        _ bytes: [UInt8], to id: MediaID, at offset: Int, _ checksum: ExpectedChecksum? = nil, by caller: Caller
    ) async throws {
        let receiver = try #require(try await receive(id, at: offset, checksum, by: caller))
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            try await receiver.append(bytes[start..<min(start + 65_536, bytes.count)])
        }
        _ = try await media.resumable.end(receiver, by: caller)
    }

    func stored(_ id: MediaID, _ purpose: MediaPurpose) throws -> [UInt8] {
        try LocalBlobStore(root: folder).read(MediaBlobs.original(of: id, for: purpose), limit: 64 << 20)
    }

    /// The paths of chunks in the store.
    var chunkFiles: [String] {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasPrefix("blobs/uploads/") && $0.split(separator: "/").count == 4 }
    }

    func uploadRows() async throws -> Int {
        var row = try await database.read(Statement("test_upload_rows", "SELECT count(*) FROM uploads"))[0]
        return try row.int()
    }

    func chunkRows() async throws -> Int {
        var row = try await database.read(Statement("test_chunk_rows", "SELECT count(*) FROM upload_chunks"))[0]
        return try row.int()
    }

    func digest(_ id: MediaID) async throws -> [UInt8] {
        var row = try await database.read(
            Statement("test_media_digest", "SELECT sha256 FROM media WHERE id = $1"), [.id(id)])[0]
        return try row.bytes()
    }

    /// - Parameter moment: As PostgreSQL reads an interval.
    func expire(_ moment: String) async throws {
        _ = try await database.write(
            Statement("test_expire_uploads", "UPDATE uploads SET expires_at = now() + $1::text::interval"),
            [.text(moment.hasPrefix("in ") ? String(moment.dropFirst(3)) : moment)])
    }
}
