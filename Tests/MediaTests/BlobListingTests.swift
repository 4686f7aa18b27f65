import Chassis
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

    @Test(arguments: 1...8) func `pages through all blobs in the order of their keys`(size: Int) throws {
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

    @Test func `continues after a key that was deleted`() throws {
        for name in ["a/1", "a/3", "b/1"] { try store.write([1], as: try #require(BlobKey(name))) }
        let last = try #require(BlobKey("a/2"))
        #expect(try store.page(after: last, limit: 10).map(\.key.description) == ["a/3", "b/1"])
    }

    @Test func `contains the time of the last write, and no staged blobs`() throws {
        let before = Timestamp.now.unixSeconds
        let key = try #require(BlobKey("a/1"))
        let staged = try store.stage(key)
        try staged.append([1])
        try store.write([1], as: key)
        let page = try store.page(after: nil, limit: 10)
        #expect(page.map(\.key) == [key])
        #expect((before...before + 60).contains(page[0].modified.unixSeconds))
    }
}
