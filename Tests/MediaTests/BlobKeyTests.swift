import Domain
import MediaStoring
import Testing

@Suite("Keys of blobs") struct BlobKeyTests {
    @Test(arguments: ["a", "avatars/0198-ff/square256.webp", "A_b-c.d/9", "x..y", String(repeating: "k", count: 200)])
    func `accepts segments of letters, digits, dots, hyphens and underscores`(text: String) {
        #expect(BlobKey(text)?.description == text)
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", ".hidden", "a/.b", "a\\b", "a b",
        "a\0b",
        "a\n", "ä", "a%2e%2e", "~", String(repeating: "k", count: 201), String(repeating: "ab/", count: 200) + "c",
    ])
    func `refuses text that could name a path outside the store`(text: String) {
        #expect(BlobKey(text) == nil)
    }

    @Test func `identifies the media of a key`() throws {
        let media = MediaID(unixMilliseconds: 1_700_000_000_000)
        for key in MediaBlobs.all(of: media, variants: ["square256.webp"]) {
            #expect(MediaBlobs.media(of: key) == media)
        }
        for purpose in [MediaPurpose.avatar, .cover, .track, .other] {
            #expect(MediaBlobs.all(of: media, variants: []).contains(MediaBlobs.original(of: media, for: purpose)))
        }
        let end = media.description.suffix(2)
        let other = end == "00" ? "01" : "00"
        for name in [
            "pictures/\(other)/\(media)/original", "pictures/\(end)/\(media)", "pictures/\(end)/x/original",
            "exports/\(end)/\(media)/original", "pictures/\(end)/\(media)/a/b",
        ] {
            #expect(MediaBlobs.media(of: try #require(BlobKey(name))) == nil)
        }
    }
}
