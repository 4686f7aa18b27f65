import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Account exports", .database)
struct AccountExportsTests {
    @Test func `an export is pending, then ready, or failed`() async throws {
        try await Stores.open { stores in
            let exports = AccountExports(stores.database)
            let ada = try await stores.register("ada").account.id
            #expect(try await exports.find(of: ada) == nil)
            let job = Stores.job()
            #expect(try await exports.request(Stores.id(JobID.self).identifier, of: ada, enqueuing: job))
            #expect(try await exports.find(of: ada)?.state == .pending)
            #expect(try await exports.finish(ada, byteCount: 7, job: job.id))
            #expect(try await exports.find(of: ada)?.state == .ready)
            #expect(try await exports.find(of: ada)?.byteCount == 7)
            // The job was finished: its second run changes nothing.
            #expect(try await exports.finish(ada, byteCount: 8, job: job.id))
            #expect(try await exports.find(of: ada)?.byteCount == 7)
            #expect(try await exports.request(Stores.id(JobID.self).identifier, of: ada, enqueuing: Stores.job()))
            try await exports.giveUp(ada)
            #expect(try await exports.find(of: ada)?.state == .failed)
            #expect(try await exports.removeExpired() == [])
        }
    }

    @Test func `an export holds no secret`() async throws {
        try await Stores.open { stores in
            let exports = AccountExports(stores.database)
            let ada = try await stores.register("ada").account.id
            let upload = try await stores.upload(ada)
            try await LastSeen(stores.database).write([ada: Timestamp(unixSeconds: 1_700_000_000)])
            let summary = String(decoding: try #require(try await exports.summary(of: ada)), as: UTF8.self)
            #expect(summary.contains("ada@b.example"))
            #expect(summary.contains(/"last_seen_at": ?"2023-11-14T22:13:20/))
            #expect(
                !summary.contains("password_hash") && !summary.contains("refresh_hash")
                    && !summary.contains("previous_hash"))
            let files = try await exports.page(of: .files, of: ada, after: nil)
            #expect(files.map(\.id) == [upload.media.identifier])
            #expect(try await exports.page(of: .files, of: ada, after: upload.media.identifier).isEmpty)
            #expect(try await exports.summary(of: Stores.id(UserID.self)) == nil)
        }
    }
}
