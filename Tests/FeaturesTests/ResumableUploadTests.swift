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

/// Uploads in several requests.
@Suite("Resumable uploads", .database) struct ResumableUploadTests {
    @Test(arguments: 1...4)
    func `a file that comes in many requests, of which some break off, is the file`(seed: Int) async throws {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            var random = SeededRandom(UInt64(seed))
            let whole = FeatureHarness.unknownBytes(11 << 20, seed: UInt64(seed))
            let id = try await features.begin(whole.count, by: ada)
            var received = 0
            while received < whole.count {
                let count = min([1, 700, 300_000, 5 << 20].randomElement(using: &random) ?? 1, whole.count - received)
                let receiver = try #require(try await features.receive(id, at: received, by: ada))
                let end = Int.random(in: 0...count, using: &random)
                for start in stride(from: received, to: received + end, by: 65_536) {
                    try await receiver.append(whole[start..<min(start + 65_536, received + end)])
                }
                if end < count {
                    await receiver.interrupt()
                } else {
                    _ = try await features.media.resumable.end(receiver, by: ada)
                }
                received += end
                #expect(try await features.media.resumable.read(id, by: ada).received == received)
            }
            let file = try #require(try await features.media.resumable.read(id, by: ada).file)
            #expect(file.id == id && file.byteCount == whole.count && file.originalName == "file.bin")
            #expect(try features.stored(id, .other) == whole)
            #expect(try await features.digest(id) == SHA256.digest(whole.span))
            #expect(try await features.uploadRows() == 0)
            let removals = try await features.jobs.enqueued(RemoveUploads.self)
            #expect(removals.last?.uploads == [id] && removals.count == 1)
        }
    }

    @Test func `an upload in very many requests has few chunks`() async throws {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            let whole = FeatureHarness.unknownBytes(3 << 20)
            let id = try await features.begin(whole.count, by: ada)
            for start in stride(from: 0, to: whole.count, by: 100_000) {
                try await features.send(
                    Array(whole[start..<min(start + 100_000, whole.count)]), to: id, at: start, by: ada)
                #expect(try await features.chunkRows() <= 3)
                // Replaced chunks do not stay in the store.
                let chunks = features.chunkFiles.count
                #expect(chunks <= 3, "\(chunks)")
            }
            #expect(try features.stored(id, .other) == whole)
        }
    }

    @Test func `nothing of a request counts unless its checksum matches`() async throws {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            let whole = FeatureHarness.unknownBytes(6 << 20)
            let id = try await features.begin(whole.count, by: ada)
            let right = try #require(ExpectedChecksum("sha256", SHA256.digest(whole.span)))
            let wrong = try #require(ExpectedChecksum("sha1", Array(repeating: 7, count: 20)))
            #expect(ExpectedChecksum("md5", Array(repeating: 7, count: 16)) == nil)
            #expect(ExpectedChecksum("sha1", Array(repeating: 7, count: 32)) == nil)

            await expect(.checksumMismatch) { try await features.send(whole, to: id, at: 0, wrong, by: ada) }
            let broken = try #require(try await features.receive(id, at: 0, right, by: ada))
            try await broken.append(whole[..<(5 << 20)])
            await broken.interrupt()
            let progress = try await features.media.resumable.read(id, by: ada)
            #expect(progress.received == 0 && progress.byteCount == whole.count)
            #expect(features.chunkFiles.isEmpty)
            // A wrong kind is only known of bytes that are right.
            let track = try await features.begin(whole.count, as: .track, by: ada)
            await expect(.checksumMismatch) { try await features.send(whole, to: track, at: 0, wrong, by: ada) }
            #expect(try await features.media.resumable.read(track, by: ada).received == 0)
            await expect(.validationFailed) { try await features.send(whole, to: track, at: 0, right, by: ada) }
            await expect(.uploadNotFound) { try await features.media.resumable.read(track, by: ada) }

            try await features.send(whole, to: id, at: 0, right, by: ada)
            #expect(try features.stored(id, .other) == whole)
        }
    }

    @Test func `of requests that send the same bytes at the same time one adds them`() async throws {
        try await FeatureHarness.openParallel(4, media: FeatureHarness.uploadLimits) { processes in
            let ada = try await processes[0].user("ada")
            for round in 0..<6 {
                let size = round % 2 == 0 ? 5 << 20 : 400_000
                let id = try await processes[0].begin(size, by: ada)
                let variants = (0..<4).map { FeatureHarness.unknownBytes(size, seed: UInt64(round * 4 + $0)) }
                let winners: [Int] = try await withThrowingTaskGroup(of: Int?.self) { group in
                    for (index, process) in processes.enumerated() {
                        group.addTask {
                            do {
                                try await process.send(variants[index], to: id, at: 0, by: ada)
                                return index
                            } catch let error as DomainError {
                                #expect([.uploadOffsetConflict, .uploadNotFound].contains(error.code), "\(error)")
                                return nil
                            }
                        }
                    }
                    return try await group.reduce(into: [Int]()) { if let winner = $1 { $0.append(winner) } }
                }
                #expect(winners.count == 1)
                let winner = try #require(winners.first)
                #expect(try processes[0].stored(id, .other) == variants[winner])
                #expect(try await processes[0].media.resumable.read(id, by: ada).file?.byteCount == size)
            }
        }
    }

    @Test func `a file of another kind is refused by its first bytes, however they come, and its upload removed`()
        async throws
    {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            let png = TrackTests.png + FeatureHarness.unknownBytes(1_000)
            for pieces: [Int] in [[png.count], [100, 100, 312, 700]] {
                let id = try await features.begin(4 << 20, as: .track, called: "song.mp3", by: ada)
                var start = 0
                do {
                    for count in pieces {
                        let end = min(start + count, png.count)
                        try await features.send(Array(png[start..<end]), to: id, at: start, by: ada)
                        start = end
                    }
                    Issue.record("a picture is no track")
                } catch let error as DomainError {
                    #expect(error.code == .validationFailed, "\(error)")
                    // As soon as there are enough bytes to recognise it.
                    #expect(start == (pieces.count == 1 ? 0 : 200))
                }
                await expect(.uploadNotFound) { try await features.media.resumable.read(id, by: ada) }
            }
            #expect(try await features.jobs.enqueued(RemoveUploads.self).count == 2)
            #expect(features.chunkFiles.count <= 1)
        }
    }

    @Test func `more bytes than the upload has are refused, and those before stay`() async throws {
        try await FeatureHarness.openForUploads { features in
            let ada = try await features.user("ada")
            let id = try await features.begin(1_000, by: ada)
            try await features.send(FeatureHarness.unknownBytes(600), to: id, at: 0, by: ada)
            let tooMany = FeatureHarness.unknownBytes(401)
            await expect(.tooLarge) { try await features.send(tooMany, to: id, at: 600, by: ada) }
            await expect(.tooLarge) {
                try await features.media.resumable.receive(id, at: 600, count: 401, checksum: nil, by: ada)
            }
            for offset in [0, 599, 601] {
                await expect(.uploadOffsetConflict, .conflict) { try await features.receive(id, at: offset, by: ada) }
            }
            #expect(try await features.media.resumable.read(id, by: ada).received == 600)
            #expect(features.chunkFiles.count == 1)
            let large = FeatureHarness.uploadLimits.fileBytes + 1
            await expect(.tooLarge) { try await features.begin(large, by: ada) }
            await expect(.validationFailed) { try await features.begin(0, by: ada) }
        }
    }

    @Test func `unfinished uploads count against the quota, and are at most twenty`() async throws {
        try await FeatureHarness.openForUploads { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            for _ in 0..<16 { _ = try await features.begin(16 << 20, by: ada) }
            await expect(.quotaExceeded, .tooLarge) { try await features.begin(1, by: ada) }
            var ids: [MediaID] = []
            for _ in 0..<20 { ids.append(try await features.begin(1, by: bob)) }
            await expect(.tooManyUploads, .tooLarge) { try await features.begin(1, by: bob) }
            try await features.media.resumable.terminate(ids[0], by: bob)
            _ = try await features.begin(1, by: bob)
        }
    }

    @Test func `a finished upload is refused as a form would be, and nothing of it stays`() async throws {
        let small = MediaLimits(
            imageBytes: 1 << 20, audioBytes: 1 << 20, fileBytes: 1 << 20, quota: MediaQuota(files: 1, bytes: 1 << 20))
        try await FeatureHarness.openParallel(1, media: small) { processes in
            let features = processes[0]
            let ada = try await features.user("ada")
            let id = try await features.begin(1_000, by: ada)
            _ = try await features.upload([1], as: .other, by: ada)
            await expect(.quotaExceeded, .tooLarge) {
                try await features.send(FeatureHarness.unknownBytes(1_000), to: id, at: 0, by: ada)
            }
            await expect(.uploadNotFound) { try await features.media.resumable.read(id, by: ada) }
            #expect(throws: BlobError.notFound) { try features.stored(id, .other) }
            #expect(try await features.jobs.enqueued(RemoveUploads.self).map(\.uploads) == [[id]])
        }
    }

    @Test func `an upload belongs to its user`() async throws {
        try await FeatureHarness.openForUploads { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let id = try await features.begin(10, by: ada)
            await expect(.uploadNotFound, .notFound) { try await features.media.resumable.read(id, by: bob) }
            await expect(.uploadNotFound) { try await features.receive(id, at: 0, by: bob) }
            await expect(.uploadNotFound) { try await features.media.resumable.terminate(id, by: bob) }
            try await features.send(FeatureHarness.unknownBytes(10), to: id, at: 0, by: ada)
            await expect(.uploadNotFound) { try await features.media.resumable.read(id, by: bob) }
            await expect(.notYourself, .forbidden) {
                try await features.begin(10, owner: bob.user.description, by: ada)
            }
            try await features.accounts.account.delete(by: bob)
            await expect(.tokenInvalid) { try await features.begin(10, by: bob) }
        }
    }

    @Test func `a cover in parts belongs to the track that it names`() async throws {
        try await FeatureHarness.openForUploads { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let track = try await features.upload(TrackTests.mp3, as: .track, by: ada)
            _ = try await features.upload(TrackTests.mp3, as: .track, by: ada)
            let id = try await features.begin(
                TrackTests.png.count, as: .cover, track: track.id.description, by: ada)
            try await features.send(TrackTests.png, to: id, at: 0, by: ada)
            #expect(try await MediaStore(features.database).find(id)?.track == track.id)
            await expect(.trackNotFound) {
                try await features.begin(10, as: .cover, track: track.id.description, by: bob)
            }
            await expect(.validationFailed) { try await features.begin(10, as: .cover, track: "x", by: ada) }
        }
    }
}
