import Chassis
import Domain
import Jobs
import MediaStoring
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Tracks, their covers, and other files.
@Suite(.database) struct TrackTests {
    /// An ID3 tag and the first frames of an MP3; no worker reads it.
    static let mp3: [UInt8] = Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 0] + Array(repeating: 0, count: 300)
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + Array(repeating: 0, count: 200)

    // S1-60, S1-62, S1-98
    @Test func `a track is counted, told to followers and to other services in the statement that stores it`()
        async throws
    {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let track = try await features.upload(Self.mp3, as: .track, called: "My song.mp3", by: ada)
            #expect(track.purpose == .track && track.mimeType == "audio/mpeg" && track.format == "mp3")
            #expect(try await features.tracksCount(of: ada.user) == 1)
            #expect(try await features.activities() == ["track_published \(track.id)"])
            #expect(try await features.events() == ["UserRegistered", "media.track.uploaded"])
            #expect(try await features.jobs.enqueuedKinds() == ["probe-track"])
            let content = try await features.media.read.track(track.id, for: nil)
            #expect(content.byteCount == Self.mp3.count && content.type == "audio/mpeg" && content.fileName == nil)
        }
    }

    // S1-64
    @Test func `a cover belongs to its track, else to the newest one, else to the profile`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let first = try await features.upload(Self.png, as: .cover, by: ada)
            #expect(try await features.track(ofCover: first.id) == nil)
            let older = try await features.upload(Self.mp3, as: .track, by: ada)
            let newer = try await features.upload(Self.mp3, as: .track, by: ada)
            let named = try await features.upload(Self.png, as: .cover, track: older.id.description, by: ada)
            #expect(try await features.track(ofCover: named.id) == older.id)
            let unnamed = try await features.upload(Self.png, as: .cover, by: ada)
            #expect(try await features.track(ofCover: unnamed.id) == newer.id)
            let mine = try await features.upload(Self.png, as: .cover, track: nil, isProfileCover: true, by: ada)
            #expect(try await features.track(ofCover: mine.id) == nil)

            await expect(.trackNotFound, .notFound) {
                try await features.upload(Self.png, as: .cover, track: older.id.description, by: bob)
            }
            await expect(.trackNotFound) {
                try await features.upload(Self.png, as: .cover, track: named.id.description, by: ada)
            }
            await expect(.validationFailed) { try await features.upload(Self.png, as: .cover, track: "1", by: ada) }
            #expect(try await features.tracksCount(of: bob.user) == 0)
        }
    }

    // S1-73 to S1-78, S1-120
    @Test func `deleting a track deletes its covers, counters, activity and files, once, by its owner alone`()
        async throws
    {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let track = try await features.upload(Self.mp3, as: .track, by: ada)
            let cover = try await features.upload(Self.png, as: .cover, track: track.id.description, by: ada)
            let other = try await features.upload(Self.mp3, as: .other, by: ada)
            await expect(.fileNotFound, .notFound) { try await features.media.delete(track.id, by: bob) }
            await expect(.fileNotFound) { try await features.media.delete(other.id, purpose: .track, by: ada) }
            try await features.media.delete(track.id, purpose: .track, by: ada)
            await expect(.fileNotFound) { try await features.media.delete(track.id, by: ada) }
            await expect(.trackNotFound) { try await features.media.read.track(track.id, for: nil) }
            await expect(.fileNotFound) { try await features.media.readStatus(cover.id, by: ada) }
            #expect(try await features.tracksCount(of: ada.user) == 0)
            #expect(try await features.activities() == [])
            #expect(
                try await features.events() == [
                    "UserRegistered", "UserRegistered", "media.track.uploaded", "media.track.deleted",
                ])
            let removals = try await features.jobs.enqueued(RemoveMedia.self)
            #expect(removals.map { Set($0.media) } == [[track.id, cover.id]])
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    @Test func `an administrator deletes any file`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let track = try await features.upload(Self.mp3, as: .track, by: ada)
            _ = try await features.database.write(
                Statement("test_admin", "UPDATE accounts SET role = 'ADMIN' WHERE id = $1"), [.id(bob.user)])
            try await features.media.delete(track.id, by: bob)
            #expect(try await features.tracksCount(of: ada.user) == 0)
        }
    }

    @Test func `a cover that is added while its track is deleted is deleted with it`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for _ in 0..<3 {
                let track = try await features.upload(Self.mp3, as: .track, by: ada)
                async let cover = features.upload(Self.png, as: .cover, track: track.id.description, by: ada)
                try await features.media.delete(track.id, by: ada)
                _ = try? await cover
                #expect(try await features.rows() == 0)
                #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
            }
        }
    }

    // S1-119
    @Test func `a picture is no track, a recording no cover, and any file is another file`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            await expect(.validationFailed, .invalid) {
                try await features.upload(Self.png, as: .track, called: "a.mp3", by: ada)
            }
            await expect(.validationFailed, .invalid) {
                try await features.upload(Self.mp3, as: .cover, called: "a.png", by: ada)
            }
            #expect(try await features.rows() == 0)
            let page = try await features.upload(
                Array("<html><script>alert(1)</script>".utf8), as: .other, called: "page.html", by: ada)
            #expect(page.state == .ready && page.mimeType == "application/octet-stream")
            // Saved, not shown.
            #expect(try await features.media.read.file(page.id, for: nil).fileName == "page.html")
            let recording = try await features.upload(Self.mp3, as: .other, called: "podcast.mp3", by: ada)
            #expect(recording.purpose == .other && recording.mimeType == "audio/mpeg")
            #expect(try await features.tracksCount(of: ada.user) == 0)
            #expect(try await features.jobs.enqueuedKinds() == ["probe-track"])
        }
    }

    @Test func `an account keeps at most its quota of files and bytes`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for _ in 0..<4 {
                _ = try await features.upload(Array(repeating: 1, count: 1 << 20), as: .other, by: ada)
            }
            await expect(.quotaExceeded, .tooLarge) { try await features.upload([1], as: .other, by: ada) }
            let bob = try await features.user("bob")
            let first = try await features.upload([1], as: .other, by: bob)
            for _ in 1..<20 { _ = try await features.upload([1], as: .other, by: bob) }
            await expect(.quotaExceeded, .tooLarge) { try await features.upload([1], as: .other, by: bob) }
            try await features.media.delete(first.id, by: bob)
            _ = try await features.upload([1], as: .other, by: bob)
        }
    }

    // S1-66
    @Test func `files of an account that is not active are not served`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let track = try await features.upload(Self.mp3, as: .track, by: ada)
            let file = try await features.upload([1], as: .other, by: ada)
            try await features.accounts.account.deactivate(ada.user)
            await expect(.trackNotFound) { try await features.media.read.track(track.id, for: nil) }
            await expect(.fileNotFound) { try await features.media.read.file(file.id, for: nil) }
            await expect(.fileNotFound) { try await features.media.read.file(track.id, for: nil) }
        }
    }
}

extension FeatureHarness {
    fileprivate func tracksCount(of user: UserID) async throws -> Int {
        var row = try await database.read(
            Statement("test_tracks", "SELECT tracks_count FROM profiles WHERE user_id = $1"), [.id(user)])[0]
        return try row.int()
    }

    fileprivate func track(ofCover cover: MediaID) async throws -> MediaID? {
        try #require(try await MediaStore(database).find(cover)).track
    }

    fileprivate func rows() async throws -> Int {
        var row = try await database.read(Statement("test_media_rows", "SELECT count(*) FROM media"))[0]
        return try row.int()
    }

    fileprivate func activities() async throws -> [String] {
        try await texts(Statement("test_activities", "SELECT action || ' ' || media_id FROM activities ORDER BY id"))
    }

    fileprivate func events() async throws -> [String] {
        try await texts(Statement("test_events", "SELECT kind FROM domain_events ORDER BY position"))
    }

    private func texts(_ statement: Statement) async throws -> [String] {
        var texts: [String] = []
        for var row in try await database.read(statement) { texts.append(try row.text()) }
        return texts
    }
}
