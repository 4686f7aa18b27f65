import MediaStoring
import Testing

@Suite("Keys of blobs") struct BlobKeyTests {
    @Test(arguments: ["a", "avatars/0198-ff/square256.webp", "A_b-c.d/9", "x..y", String(repeating: "k", count: 200)])
    func `accepts segments of plain characters`(text: String) {
        #expect(BlobKey(text)?.description == text)
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", ".hidden", "a/.b", "a\\b", "a b",
        "a\0b",
        "a\n", "ä", "a%2e%2e", "~", String(repeating: "k", count: 201), String(repeating: "ab/", count: 200) + "c",
    ])
    func `refuses whatever could lead elsewhere`(text: String) {
        #expect(BlobKey(text) == nil)
    }
}
