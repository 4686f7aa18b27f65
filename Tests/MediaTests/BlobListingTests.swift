import Chassis
import Domain
import MediaStoring
import Testing

@Suite("A listing of blobs") struct BlobListingTests {
    let directory = TemporaryDirectory()
    let store: LocalBlobStore

    init() throws {
        store = try LocalBlobStore(root: directory.path)
    }

    @Test func `is empty at first`() throws {
        #expect(try store.page(after: nil, limit: 10) == [])
    }

    @Test(arguments: 1...8) func `goes through all of them in the order of their keys, in pages`(size: Int) throws {
        // "-" and "." come before "/", and "0" after it.
        let names = ["a", "a-b/c", "a.b", "a0", "b/a/a", "b/a/b", "b/a-a", "b/b", "c/d/e/f", "z"]
        for name in names.shuffled() { try store.write([1], as: try #require(BlobKey(name))) }
        var found: [String] = []
        var last: BlobKey?
        repeat {
            let page = try store.page(after: last, limit: size)
            #expect(page.count <= size)
            found += page.map(\.key.description)
            last = page.last?.key
        } while last != nil
        #expect(found == names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    @Test func `begins behind a key that is gone`() throws {
        for name in ["a/1", "a/3", "b/1"] { try store.write([1], as: try #require(BlobKey(name))) }
        let last = try #require(BlobKey("a/2"))
        #expect(try store.page(after: last, limit: 10).map(\.key.description) == ["a/3", "b/1"])
    }

    @Test func `says when a blob was written, and shows nothing that is still arriving`() throws {
        let before = Timestamp.now.unixSeconds
        let staged = try store.stage("arriving")
        try staged.append([1])
        let key = try #require(BlobKey("a/1"))
        try store.write([1], as: key)
        let page = try store.page(after: nil, limit: 10)
        #expect(page.map(\.key) == [key])
        #expect((before...before + 60).contains(page[0].modified.unixSeconds))
    }

    @Test func `tells whose picture a key is`() throws {
        let media = MediaID(unixMilliseconds: 1_700_000_000_000)
        let blobs = try #require(PictureBlobs(of: media))
        #expect(PictureBlobs.media(of: blobs.original) == media)
        #expect(PictureBlobs.media(of: try #require(blobs.variant("square256"))) == media)
        let end = media.description.suffix(2)
        let other = end == "00" ? "01" : "00"
        for name in [
            "pictures/\(other)/\(media)/original", "pictures/\(end)/\(media)", "pictures/\(end)/x/original",
            "tracks/\(end)/\(media)/original", "pictures/\(end)/\(media)/a/b",
        ] {
            #expect(PictureBlobs.media(of: try #require(BlobKey(name))) == nil)
        }
    }
}
