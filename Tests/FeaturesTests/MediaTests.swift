import Chassis
import Domain
import Foundation
import Jobs
import MediaStoring
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct MediaTests {
    /// A signature and the head of the first chunk, by which a PNG is recognised; no worker decodes it.
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + Array(repeating: 0, count: 200)

    @Test func `an upload is stored, enqueued and pending until a worker has decoded it`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let file = try await features.upload(Self.png, by: ada)
            #expect(file.state == .pending && file.owner == ada.user && file.byteCount == Self.png.count)
            #expect(file.mimeType == "image/png" && file.originalName == "me.png" && file.metadata == nil)
            #expect(try await features.jobs.enqueuedKinds() == ["make-avatar"])
            #expect(try await features.media.readStatus(file.id, by: ada).state == .pending)
            await expect(.fileNotFound, .notFound) { try await features.media.readStatus(file.id, by: bob) }
            await expect(.fileNotFound) { try await features.media.readStatus(FeatureHarness.id(), by: ada) }
        }
    }

    @Test func `a condition of the machine is unavailable, and another error an internal fault`() {
        for error in [BlobError.noSpace, .failed(operation: "write", code: 5), .failed(operation: "open", code: 24)] {
            #expect(DomainError(error).code == .unavailable)
        }
        #expect(DomainError(PostgresError.connectionLost).code == .unavailable)
        #expect(DomainError(PostgresError.timedOut).code == .unavailable)
        #expect(DomainError(BlobError.finished).code == .internalFault)
        #expect(DomainError(PostgresError.unexpectedResult("x")).code == .internalFault)
    }

    @Test func `the original name of a file is stored in canonical composition`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let file = try await features.upload(Self.png, called: "Jose\u{301}.png", by: ada)
            #expect(Array(file.originalName.utf8) == Array("Jos\u{E9}.png".utf8))
        }
    }

    @Test func `a file that is no picture, is empty or is too large is refused and leaves no row`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for bytes in [[], [0xFF], Array("This is a text and no picture, but long enough.".utf8)] as [[UInt8]] {
                await expect(.validationFailed, .invalid) { try await features.upload(bytes, by: ada) }
            }
            await expect(.tooLarge, .tooLarge) {
                try await features.upload(Self.png + Array(repeating: 0, count: 1 << 20), by: ada)
            }
            await expect(.notYourself, .forbidden) {
                try await features.upload(Self.png, owner: FeatureHarness.id(UserID.self).description, by: ada)
            }
            #expect(try await features.jobs.enqueuedKinds().isEmpty)
        }
    }

    @Test func `an upload that a newer one replaces before its response is answered with what was stored`()
        async throws
    {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            async let older = features.upload(Self.png, by: ada)
            let first = try await features.uploaded(1)[0]
            async let newer = features.upload(Self.png, by: ada)
            let second = try await features.uploaded(2).first { $0 != first }
            // As a worker that finishes the newer picture, and then the older.
            for id in [try #require(second), first] { try await features.finish(id) }
            let stored = try await older
            #expect(stored.id == first && stored.byteCount == Self.png.count && stored.owner == ada.user)
            #expect(try await newer.state == .ready)
            await expect(.fileNotFound) { try await features.media.readStatus(first, by: ada) }
        }
    }

    @Test func `an upload to a closed account is refused and leaves no file`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            try await features.accounts.account.delete(by: ada)
            try await features.accounts.account.deactivate(bob.user)
            for caller in [ada, bob] {
                await expect(.tokenInvalid, .unauthenticated) { try await features.upload(Self.png, by: caller) }
            }
            #expect(features.files.isEmpty)
        }
    }

    @Test func `an avatar that is replaced while it is opened is the newer one`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            async let older = features.upload(Self.png, by: ada)
            let first = try await features.uploaded(1)[0]
            try await features.finish(first)
            async let newer = features.upload(Self.png, by: ada)
            let second = try #require(try await features.uploaded(2).first { $0 != first })
            _ = try await older
            let blobs = try LocalBlobStore(root: features.folder)
            try blobs.write([1, 2, 3], as: MediaBlobs.picture("square512.webp", of: second))
            // The file of the first is gone; the second becomes the avatar while a reader looks for it.
            let url = TestDatabase.current.url
            let replacing = ReplacingBlobStore(blobs) {
                let connection = try BlockingConnection.open(url)
                _ = try connection.query(
                    "UPDATE profiles SET avatar_media_id = $1 WHERE user_id = $2", [.id(second), .id(ada.user)])
            }
            let files = PictureFiles(
                blobs: replacing, disk: BlockingPool(name: "disk", threads: 1, queueLimit: 8),
                producer: features.media.upload.producer, requested: RequestedFallbacks())
            let read = ReadPicture(media: MediaStore(features.database), files: files)
            #expect(try await read.avatar(of: ada.user, size: .medium).byteCount == 3)
            try await features.finish(second)
            _ = try await newer
        }
    }

    @Test func `the accepted formats of pictures are a setting`() throws {
        let limits = MediaLimits(
            pictureFormats: [.jpeg, .heic], imageBytes: 1, audioBytes: 1, fileBytes: 1,
            quota: MediaQuota(files: 1, bytes: 1))
        let rule = UploadRule(.cover, limits)
        #expect(try rule.type(of: Samples.heic).mimeType == "image/heic")
        let refusal = #expect(throws: DomainError.self) { try rule.type(of: Samples.webP) }
        #expect(refusal?.message == "File must be a JPEG or HEIC picture")
        #expect(PictureFormat.set("jpeg,png,webp") == [.jpeg, .png, .webp])
        #expect(PictureFormat.set("AVIF, heic,avif") == [.avif, .heic])
        for text in ["", "jpeg,", "jpg", "jpeg png", "svg"] { #expect(PictureFormat.set(text) == nil) }
    }

    // X-26
    @Test func `a client without WebP gets JPEG or PNG, and WebP until an older picture has them`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            async let upload = features.upload(Self.png, by: ada)
            let id = try await features.uploaded(1)[0]
            try await features.finish(id)
            _ = try await upload
            let blobs = try LocalBlobStore(root: features.folder)
            try blobs.write([1], as: MediaBlobs.picture("square256.webp", of: id))
            let read = { (acceptsWebP: Bool) in
                try await features.media.readPicture.avatar(of: ada.user, size: .small, acceptsWebP: acceptsWebP)
            }
            let webP = try await read(true)
            #expect(webP.type == "image/webp" && webP.isNegotiated)
            let older = try await read(false)
            #expect(older.type == "image/webp" && older.tag == webP.tag)
            try blobs.write([1, 2], as: MediaBlobs.picture("square256.png", of: id))
            let png = try await read(false)
            #expect(png.type == "image/png" && png.byteCount == 2 && png.tag != webP.tag)
            try blobs.write([1, 2, 3], as: MediaBlobs.picture("square256.jpg", of: id))
            let jpeg = try await read(false)
            #expect(jpeg.type == "image/jpeg" && jpeg.byteCount == 3 && jpeg.tag != png.tag)
            #expect(try await read(true).tag == webP.tag)
        }
    }

    @Test func `the files of an older picture are asked for once`() {
        let (requested, id) = (RequestedFallbacks(), FeatureHarness.id(MediaID.self))
        #expect(requested.insert(id))
        #expect(!requested.insert(id))
        #expect(requested.insert(FeatureHarness.id(MediaID.self)))
    }

    @Test func `a user without an avatar has none in any size`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for size in PictureSize.allCases {
                await expect(.avatarNotFound, .notFound) {
                    try await features.media.readPicture.avatar(of: ada.user, size: size)
                }
            }
        }
    }
}

/// A store that does something before it opens a file for the first time.
private final class ReplacingBlobStore: BlobStore {
    private let store: any BlobStore
    private let before: Mutex<(@Sendable () throws -> Void)?>

    init(_ store: any BlobStore, before: @escaping @Sendable () throws -> Void) {
        self.store = store
        self.before = Mutex(before)
    }

    func content(_ key: BlobKey) throws(BlobError) -> BlobContent {
        do { try before.withLock { $0.take() }?() } catch { throw .failed(operation: "\(error)", code: 0) }
        return try store.content(key)
    }

    func open(_ key: BlobKey) throws(BlobError) -> OpenBlob { try store.open(key) }

    func stage(_ key: BlobKey) throws(BlobError) -> any StagedBlob { try store.stage(key) }
    func write(_ bytes: [UInt8], as key: BlobKey, type: String?) throws(BlobError) {
        try store.write(bytes, as: key, type: type)
    }
    func read(_ key: BlobKey, limit: Int) throws(BlobError) -> [UInt8] { try store.read(key, limit: limit) }
    func delete(_ key: BlobKey) throws(BlobError) { try store.delete(key) }
    func page(after last: BlobKey?, limit: Int) throws(BlobError) -> [StoredBlob] {
        try store.page(after: last, limit: limit)
    }
    func removeStale(olderThan age: Duration) throws(BlobError) -> Int { try store.removeStale(olderThan: age) }
    func checkWritable() throws(BlobError) { try store.checkWritable() }
}

extension FeatureHarness {
    /// The paths of all files in the store.
    fileprivate var files: [String] {
        (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).filter { path in
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isDirectory)
            return exists && !isDirectory.boolValue
        }
    }

    /// Waits for the rows of as many uploads, and returns their ids.
    fileprivate func uploaded(_ count: Int) async throws -> [MediaID] {
        try await eventually("\(count) files have rows") {
            var ids: [MediaID] = []
            for var row in try await database.read(Statement("test_media_ids", "SELECT id FROM media ORDER BY id")) {
                ids.append(try row.id(MediaID.self))
            }
            return ids.count == count ? ids : nil
        }
    }

    /// Does what a worker does with a decoded avatar.
    fileprivate func finish(_ id: MediaID) async throws {
        let store = MediaStore(database)
        let job = try await database.read(
            Statement(
                "test_avatar_job", "SELECT id FROM outbox WHERE kind = 'make-avatar' AND payload ->> 'media' = $1"),
            [.text(id.description)])
        var row = try #require(job.first)
        let removals = try await store.replaceablePictures(by: id).map { avatar in
            (avatar, OutboxJob(id: Self.id(JobID.self), queue: "q", kind: "k", payload: "{}"))
        }
        #expect(
            try await store.finishPicture(
                id, metadata: Array(#"{"width":1}"#.utf8), job: try row.id(JobID.self),
                enqueuing: Dictionary(uniqueKeysWithValues: removals)))
        for channel in media.channels { channel.onMessage(Array(id.description.utf8)) }
    }

    /// Uploads a file in one piece; no worker reads it.
    func upload(
        _ bytes: [UInt8], as purpose: MediaPurpose = .avatar, called name: String = "me.png", owner: String? = nil,
        track: String? = nil, isProfileCover: Bool = false, by caller: Caller
    ) async throws -> UploadedFile {
        let upload = media.upload.begin(purpose)
        do {
            try await upload.append(bytes[...])
            try await upload.end()
        } catch {
            await upload.discard()
            throw error
        }
        return try await media.upload.finish(
            upload,
            UploadDescription(
                originalName: name, owner: owner, track: track, isProfileCover: isProfileCover), by: caller)
    }
}
