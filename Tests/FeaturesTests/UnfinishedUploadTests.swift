import Chassis
import Crypto
import Domain
import Foundation
import Jobs
import MediaStoring
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Uploads whose process died, whose bytes are lost, or that no client goes on with.
@Suite(.database) struct UnfinishedUploadTests {
    @Test func `an upload that was not finished because its process died is finished by the next request, once`()
        async throws
    {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            let whole = FeatureHarness.unknownBytes(5 << 20)
            let id = try await features.begin(whole.count, by: ada)
            let receiver = try #require(try await features.receive(id, at: 0, by: ada))
            try await receiver.append(whole[...])
            try await receiver.end()
            // Here it died, or while it made the file.
            let store = UploadStore(features.database)
            #expect(try await store.beginFinishing(id, for: 60, lifetime: 60))
            await expect(.uploadLocked, .conflict) { try await features.media.resumable.read(id, by: ada) }
            await expect(.uploadLocked) { try await features.media.resumable.terminate(id, by: ada) }
            try await store.extendFinishing(id, for: 0)
            try LocalBlobStore(root: features.folder).write([1, 2], as: MediaBlobs.original(of: id, for: .other))

            let rest = try #require(try await features.receive(id, at: whole.count, by: ada))
            let file = try #require(try await features.media.resumable.end(rest, by: ada).file)
            #expect(file.byteCount == whole.count)
            #expect(try features.stored(id, .other) == whole)
            // A client whose response was lost asks again.
            for _ in 0..<2 {
                let progress = try await features.media.resumable.read(id, by: ada)
                #expect(progress.file?.id == id && progress.received == whole.count)
            }
            #expect(try await features.receive(id, at: whole.count, count: 0, by: ada) == nil)
            await expect(.uploadOffsetConflict) { try await features.receive(id, at: 0, count: 5, by: ada) }
            #expect(try await features.jobs.enqueued(RemoveUploads.self).count == 1)
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    @Test func `an upload whose bytes are lost must begin again`() async throws {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            let id = try await features.begin(10, by: ada)
            let receiver = try #require(try await features.receive(id, at: 0, by: ada))
            try await receiver.append(FeatureHarness.unknownBytes(10)[...])
            try await receiver.end()
            for file in features.chunkFiles { try FileManager.default.removeItem(atPath: "\(features.folder)/\(file)") }
            await expect(.uploadExpired) { try await features.media.resumable.read(id, by: ada) }
            await expect(.uploadNotFound) { try await features.media.resumable.read(id, by: ada) }
        }
    }

    @Test func `an expired upload takes no more bytes, and each byte extends one that is not`() async throws {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            let id = try await features.begin(100, by: ada)
            try await features.expire("in 5 seconds")
            try await features.send(FeatureHarness.unknownBytes(10), to: id, at: 0, by: ada)
            let expiry = try #require(try await features.media.resumable.read(id, by: ada).expiresAt)
            #expect(expiry > Timestamp.now.adding(.seconds(80_000)))
            let late = try #require(try await features.receive(id, at: 10, by: ada))
            try await features.expire("5 seconds ago")
            try await late.append(FeatureHarness.unknownBytes(10)[...])
            await expect(.uploadExpired) { try await late.end() }
            await expect(.uploadExpired) { try await features.media.resumable.read(id, by: ada) }
            await expect(.uploadExpired) { try await features.receive(id, at: 10, by: ada) }
            #expect(features.chunkFiles.count == 1)
        }
    }

    // S1-64
}
