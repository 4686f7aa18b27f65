import Chassis
import Domain
import Foundation
import Jobs
import MediaStoring
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// What becomes of uploads in parts that do not become files.
@Suite("Unfinished uploads", .database) struct UploadTests {
    @Test func `an expired upload is removed with its bytes, and others stay`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let (expired, live) = (try await pools.beginUpload(by: ada), try await pools.beginUpload(by: ada))
            try await pools.expire(expired)
            try await pools.enqueue(PruneUploads())
            try await pools.runAll()
            #expect(try await pools.uploads.find(expired) == nil)
            #expect(try await pools.uploads.find(live)?.received == 3)
            #expect(pools.chunkFiles.map { $0.contains(live.description) } == [true])
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
        }
    }

    @Test func `the bytes of an upload that continues are not deleted`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let live = try await pools.beginUpload(by: ada)
            try await pools.run(RemoveUploads(uploads: [live, PoolHarness.id()]))
            #expect(pools.chunkFiles.count == 1)
        }
    }

    @Test func `the nightly search deletes old bytes of uploads that are gone`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let live = try await pools.beginUpload(by: ada)
            // Its process died before it recorded the bytes of one, and while it deleted those of the other.
            let gone = [PoolHarness.id(MediaID.self), PoolHarness.id(MediaID.self)]
            for id in gone { try pools.blobs.write([1], as: UploadBlobs.chunk(PoolHarness.id(), of: id)) }
            try await pools.run(RemoveOrphanedUploads())
            #expect(pools.chunkFiles.count == 3)
            for file in pools.chunkFiles where !file.contains(gone[1].description) {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date.now.addingTimeInterval(-2 * 86_400)], ofItemAtPath: file)
            }
            try await pools.run(RemoveOrphanedUploads())
            let left = pools.chunkFiles
            #expect(left.count == 2)
            for id in [live, gone[1]] { #expect(left.contains { $0.contains(id.description) }) }
        }
    }

    // S2-42
    @Test func `a deleted account leaves no upload and no bytes`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            for _ in 0..<3 { _ = try await pools.beginUpload(by: ada) }
            let other = try await pools.beginUpload(by: bob)
            let job = try pools.context.producer.outboxJob(DeleteAccount(account: ada), trace: nil)
            #expect(try await pools.accounts.delete(ada, enqueuing: job) != nil)
            try await pools.runAll()
            #expect(try await pools.count(Statement("test_uploads", "SELECT count(*) FROM uploads")) == 1)
            #expect(pools.chunkFiles.map { $0.contains(other.description) } == [true])
        }
    }

    @Test func `the chunks of an upload are found however many others there are`() throws {
        let folder = "/tmp/uploads-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let blobs = try LocalBlobStore(root: folder)
        let ids = (0..<40).map { _ in PoolHarness.id(MediaID.self) }
        for id in ids {
            for _ in 0..<3 {
                let key = UploadBlobs.chunk(PoolHarness.id(), of: id)
                #expect(UploadBlobs.upload(of: key) == id && MediaBlobs.media(of: key) == nil)
                try blobs.write([1], as: key)
            }
        }
        #expect(UploadBlobs.upload(of: MediaBlobs.original(of: ids[0], for: .track)) == nil)
        for (index, id) in ids.enumerated() {
            try UploadBlobs.deleteAll(of: id, in: blobs)
            let left = try blobs.page(after: nil, limit: 1_000).compactMap { UploadBlobs.upload(of: $0.key) }
            #expect(left.count == 3 * (ids.count - index - 1) && !left.contains(id))
        }
    }
}

extension PoolHarness {
    var uploads: UploadStore { UploadStore(context.database) }

    fileprivate var blobs: LocalBlobStore {
        get throws { try LocalBlobStore(root: "\(folder)/media") }
    }

    /// Begins an upload of ten bytes, of which three have arrived.
    fileprivate func beginUpload(by user: UserID) async throws -> MediaID {
        let upload = Self.upload(by: user)
        let created = try await uploads.create(
            upload, lifetime: 3_600, atMost: 20, within: MediaQuota(files: 100, bytes: 1_000))
        guard case .created = created else { throw Overdue(description: "\(created)") }
        let chunk = UploadChunk(id: Self.id(), start: 0, byteCount: 3)
        try blobs.write([1, 2, 3], as: UploadBlobs.chunk(chunk.id, of: upload.id))
        #expect(
            try await uploads.add([chunk], to: upload.id, behind: 0, replacing: nil, lifetime: 3_600) != nil)
        return upload.id
    }

    static func upload(by user: UserID) -> Upload {
        Upload(
            id: id(), owner: user, purpose: .other, originalName: "a", target: .newestTrack, metadata: "",
            byteCount: 10, expiresAt: .now)
    }

    fileprivate func expire(_ upload: MediaID) async throws {
        _ = try await context.database.write(
            Statement("test_expire_upload", "UPDATE uploads SET expires_at = now() WHERE id = $1"), [.id(upload)])
    }

    /// The paths of chunks in the store.
    fileprivate var chunkFiles: [String] {
        let root = "\(folder)/media/blobs/uploads"
        let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.contains(".") }.map { "\(root)/\($0)" }
    }
}
