import Domain
import MediaStoring
import Postgres
import TestSupport
import Testing

@testable import Features

/// S2-138, S2-140, X-27: pictures for posts, and the addresses that posts may show.
@Suite(.database) struct MediaAddressTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + Array(repeating: 0, count: 200)
    private static let base = "http://localhost:3000/media/file"

    @Test func `a post shows own pictures and addresses of others, which are never fetched`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let picture = try await features.upload(Self.png, as: .picture, by: ada)
            #expect(try await features.jobs.enqueuedKinds() == ["make-picture"])
            let own = "\(Self.base)/\(ada.user)/\(picture.id).webp"
            let draft = { (addresses: [String]) in
                PostDraft(content: "Hello", mediaURLs: addresses, mediaType: .image, visibility: .everyone)
            }
            let accepted = [own, "https://example.com/film.mp4", "http://127.0.0.1:1/x", "\(Self.base)/\(picture.id)"]
            let post = try await features.posts.write.publish(draft(accepted), by: ada)
            #expect(String(decoding: post.mediaURLs, as: UTF8.self).contains(own))
            let missing = "\(Self.base)/\(ada.user)/\(FeatureHarness.id(MediaID.self)).webp"
            let avatar = try await features.upload(Self.png, by: ada)
            for (address, caller) in [
                (own, bob), ("\(own)?x=1", bob), ("\(own)#x", bob), (missing, ada),
                ("\(Self.base)/\(bob.user)/\(picture.id).webp", ada),
                ("\(Self.base)/\(bob.user)/\(picture.id).webp", bob),
                ("\(Self.base)/\(ada.user)/\(avatar.id).webp", ada),
            ] {
                await expect(.validationFailed) { try await features.posts.write.publish(draft([address]), by: caller) }
                await expect(.validationFailed) {
                    try await features.posts.writeDrafts.create(draft([address]), at: nil, key: nil, by: caller)
                }
            }
            var changes = PostChanges()
            changes.mediaURLs = [missing]
            await expect(.validationFailed) { try await features.posts.write.update(post.id, changes, by: ada) }
            changes.mediaURLs = [own]
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            try await features.media.delete(picture.id, by: ada)
            await expect(.validationFailed) { try await features.posts.write.publish(draft([own]), by: ada) }
        }
    }

    @Test func `a message shows own pictures and addresses of others too`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let picture = try await features.upload(Self.png, as: .picture, by: ada)
            let own = "\(Self.base)/\(ada.user)/\(picture.id).webp"
            let draft = { (receiver: Caller, address: String) throws in
                MessageDraft(
                    to: receiver.user, content: try MessageText("Hello"), mediaURL: address, idempotencyKey: nil,
                    requiresFriendship: false)
            }
            let sent = try await features.messages.send(try draft(bob, own), by: ada)
            #expect(sent.mediaURL == own)
            let answer = try await features.messages.send(try draft(ada, "https://example.com/a.png"), by: bob)
            await expect(.validationFailed) { try await features.messages.send(try draft(ada, own), by: bob) }
            let changes = try MessageChanges(content: nil, mediaURL: .some(own))
            await expect(.validationFailed) { try await features.messages.change.edit(answer.id, changes, by: bob) }
        }
    }

    // S1-66
    @Test func `a picture is shown as its owner's files are`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let picture = try await features.upload(Self.png, as: .picture, by: ada)
            let read = { (owner: UserID, viewer: UserID?) in
                try await features.media.read.picture(picture.id, of: owner, for: viewer)
            }
            await expect(.fileNotFound) { try await read(ada.user, ada.user) }
            let key = MediaBlobs.publicPicture(picture.id, of: ada.user)
            try LocalBlobStore(root: features.folder).write([1, 2, 3], as: key)
            _ = try await features.database.write(
                Statement("test_ready_pictures", "UPDATE media SET state = 'ready'"))
            for viewer in [nil, ada.user, bob.user] {
                let content = try await read(ada.user, viewer)
                #expect(content.byteCount == 3 && content.type == "image/webp")
            }
            await expect(.fileNotFound) { try await read(bob.user, nil) }
            _ = try await features.database.write(
                Statement("test_private_profiles", "UPDATE profiles SET is_private = true"))
            for viewer in [nil, bob.user] { await expect(.fileNotFound) { try await read(ada.user, viewer) } }
            #expect(try await read(ada.user, ada.user).byteCount == 3)
            _ = try await features.database.write(
                Statement("test_public_profiles", "UPDATE profiles SET is_private = false"))
            _ = try await features.database.write(
                Statement("test_inactive_owner", "UPDATE accounts SET is_active = false WHERE username LIKE 'ada%'"))
            await expect(.fileNotFound) { try await read(ada.user, nil) }
        }
    }

    @Test func `an upload for a post is a JPEG, PNG or WebP, whatever other pictures may be`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for bytes in [Array("GIF89a".utf8) + Array(repeating: 0, count: 600), Array("%PDF-1.7".utf8), [1]] {
                await #expect(throws: DomainError.invalid("Invalid file type")) {
                    try await features.upload(bytes, as: .picture, by: ada)
                }
            }
        }
    }

    @Test func `a bucket's address is that of its objects`() throws {
        let user = try #require(UserID("0190163d-8694-739b-aea5-966c26f8ad91"))
        let picture = try #require(MediaID("0190163d-8694-739b-aea5-966c26f8ad92"))
        let addresses = MediaAddresses(publicBaseURL: "https://a.example", bucketURL: "https://pictures.s3.example/")
        let address = addresses.address(of: picture, of: user)
        #expect(address == "https://pictures.s3.example/\(user)/\(picture).webp")
        for address in [address, "https://a.example/media/file/\(user)/\(picture).webp"] {
            let found = addresses.picture(at: address)
            #expect(found?.owner == user && found?.id == picture)
        }
        for address in ["https://pictures.s3.example/", "https://b.example/\(user)/\(picture).webp", "\(address)/x"] {
            #expect(addresses.picture(at: address) == nil)
        }
    }
}
