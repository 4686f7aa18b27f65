import Domain
import Storage
import TestSupport
import Testing

@Suite("Media", .database)
struct MediaStoreTests {
    @Test func `an upload writes row, counters and job together`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let upload = try await stores.upload(user)
            let file = try #require(try await stores.media.find(upload.media))
            #expect(file.state == .pending)
            #expect(file.originalName == "фото.jpg")
            #expect(file.metadata == nil)
            #expect(try await stores.counts(of: user) == [1, 1_000, 1, 1_000])
            #expect(try await stores.jobs(kind: "k") == 2)
            #expect(try await stores.media.avatar(of: user) == nil)
        }
    }

    @Test func `finishing shows the picture and ends its job, once`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let upload = try await stores.upload(user)
            #expect(try await stores.finish(upload))
            #expect(try await stores.finish(upload) == false)
            #expect(try await stores.media.avatar(of: user) == upload.media)
            let file = try #require(try await stores.media.find(upload.media))
            #expect(file.state == .ready)
            #expect(file.metadata.map { String(decoding: $0, as: UTF8.self) } == #"{"width": 4}"#)
            // Only the job of the welcome mail is left: no picture was replaced.
            #expect(try await stores.jobs(kind: "k") == 1)
        }
    }

    // S1-66
    @Test func `an account that is not active has no avatar`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let upload = try await stores.upload(user)
            #expect(try await stores.finish(upload))
            _ = try await stores.accounts.deactivate(user)
            #expect(try await stores.media.avatar(of: user) == nil)
            #expect(try await stores.accounts.activate(user))
            #expect(try await stores.media.avatar(of: user) == upload.media)
        }
    }

    @Test func `a newer picture replaces the older, and the counters equal the rows`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let first = try await stores.upload(user)
            #expect(try await stores.finish(first))
            let failed = try await stores.upload(user, bytes: 10)
            #expect(try await stores.fail(failed, reason: "damaged"))
            let second = try await stores.upload(user, bytes: 2_000)
            #expect(try await stores.finish(second))
            #expect(try await stores.media.avatar(of: user) == second.media)
            #expect(try await stores.media.find(first.media) == nil)
            #expect(try await stores.media.find(failed.media) == nil)
            #expect(try await stores.counts(of: user) == [1, 2_000, 1, 2_000])
            // The job of the welcome mail, one for the bytes of the failed picture, and one for each replaced row.
            #expect(try await stores.jobs(kind: "k") == 4)
        }
    }

    @Test func `an older picture that is finished late does not replace a newer one, and is deleted`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let older = try await stores.upload(user)
            let newer = try await stores.upload(user)
            #expect(try await stores.finish(newer))
            #expect(try await stores.finish(older))
            #expect(try await stores.media.avatar(of: user) == newer.media)
            #expect(try await stores.media.find(older.media) == nil)
            #expect(try await stores.jobs(kind: "k") == 2)
            let counts = try await stores.counts(of: user)
            #expect(counts[0] == counts[2])
            #expect(counts[1] == counts[3])
        }
    }

    @Test func `a failure keeps its reason and leaves the picture that is shown`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            let good = try await stores.upload(user)
            #expect(try await stores.finish(good))
            let bad = try await stores.upload(user)
            #expect(try await stores.fail(bad, reason: "too large"))
            #expect(try await stores.fail(bad, reason: "other") == false)
            #expect(try await stores.media.find(bad.media)?.failure == "too large")
            #expect(try await stores.media.avatar(of: user) == good.media)
        }
    }

    @Test func `twenty uploads finished at once leave counters that equal rows`() async throws {
        try await Stores.open { stores in
            let user = try await stores.register("ada").account.id
            var uploads: [(media: MediaID, job: JobID)] = []
            for _ in 0..<20 { uploads.append(try await stores.upload(user)) }
            let all = uploads
            try await withThrowingTaskGroup(of: Void.self) { group in
                for upload in all.shuffled() {
                    group.addTask { _ = try await stores.finish(upload) }
                }
                try await group.waitForAll()
            }
            // PostgreSQL's clock decides which is the newest: ids of one millisecond are in any order.
            #expect(try await stores.media.avatar(of: user) == all.last?.media)
            #expect(try await stores.counts(of: user) == [1, 1_000, 1, 1_000])
        }
    }
}
