import Domain
import Storage
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
            #expect(file.mimeType == "image/png" && file.originalName == "me.png" && file.width == nil)
            #expect(try await features.jobs.enqueuedKinds() == ["make-avatar"])
            #expect(try await features.media.readStatus(file.id, by: ada).state == .pending)
            await expect(.fileNotFound, .notFound) { try await features.media.readStatus(file.id, by: bob) }
            await expect(.fileNotFound) { try await features.media.readStatus(FeatureHarness.id(), by: ada) }
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

    @Test func `a user without an avatar has none in any size`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for size in [AvatarSize.small, .medium, .large] {
                await expect(.avatarNotFound, .notFound) {
                    try await features.media.readAvatar(of: ada.user, size: size)
                }
            }
        }
    }
}

extension FeatureHarness {
    /// Uploads a picture in one piece; no worker decodes it.
    func upload(_ bytes: [UInt8], owner: String? = nil, by caller: Caller) async throws -> UploadedFile {
        let upload = media.uploadAvatar.begin()
        do {
            try await upload.append(bytes[...])
            try await upload.end()
        } catch {
            await upload.discard()
            throw error
        }
        return try await media.uploadAvatar.finish(upload, originalName: "me.png", owner: owner, by: caller)
    }
}
