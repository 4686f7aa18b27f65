import Chassis
import Glibc
import MediaStoring
import Testing

@Suite("Blobs on the local disk") struct LocalBlobStoreTests {
    let directory = TemporaryDirectory()
    let store: LocalBlobStore

    init() throws {
        store = try LocalBlobStore(root: directory.path + "/new/store")
    }

    @Test func `a store that is gone is not the same as a missing blob`() throws {
        let key = try #require(BlobKey("avatars/one/large.webp"))
        #expect(throws: BlobError.notFound) { try store.read(key, limit: 3) }
        #expect(rename(directory.path + "/new/store", directory.path + "/new/elsewhere") == 0)
        let gone: [() throws -> Void] = [
            { _ = try store.read(key, limit: 3) }, { try store.write([1], as: key) }, { _ = try store.stage(key) },
            { try store.checkWritable() },
        ]
        for use in gone {
            let error = #expect(throws: BlobError.self) { try use() }
            #expect(error?.machineCondition == .storeUnavailable, "\(String(describing: error))")
        }
        #expect(BlobError.noSpace.machineCondition == .diskFull && BlobError.notFound.machineCondition == nil)
    }

    @Test func `of two blobs staged under one key, the one committed last stays`() throws {
        let key = try #require(BlobKey("one"))
        let (first, second) = (try store.stage(key), try store.stage(key))
        try first.append([1])
        try second.append([2])
        try second.commit()
        try first.commit()
        #expect(try store.read(key, limit: 9) == [1])
        #expect(directory.files.count == 1)
    }

    @Test func `creates files that other users cannot read`() throws {
        let key = try #require(BlobKey("one"))
        try store.write([1], as: key)
        var status = stat()
        #expect(stat(try #require(directory.files.first), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func `replaces a blob while a reader has the old one open`() throws {
        let key = try #require(BlobKey("one"))
        try store.write([1, 1, 1], as: key)
        let old = try store.open(key)
        try store.write([2], as: key)
        let descriptor = try #require(old.takeDescriptor())
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(read(descriptor, &bytes, 8) == 3)
        #expect(bytes.prefix(3) == [1, 1, 1])
        #expect(try store.read(key, limit: 9) == [2])
    }

    @Test func `opens with size and time, and transfers its descriptor once`() throws {
        let key = try #require(BlobKey("one"))
        let before = Timestamp.now.unixSeconds
        try store.write([1, 2, 3], as: key)
        let blob = try store.open(key)
        #expect(blob.byteCount == 3)
        #expect((before...before + 60).contains(blob.modified.unixSeconds))
        let descriptor = try #require(blob.takeDescriptor())
        #expect(blob.takeDescriptor() == nil)
        #expect(close(descriptor) == 0)
    }

    @Test func `does not open a directory as a blob`() throws {
        let key = try #require(BlobKey("one/two"))
        try store.write([1], as: key)
        let parent = try #require(BlobKey("one"))
        #expect(throws: BlobError.notFound) { try store.open(parent) }
    }

    @Test func `a staged blob has no name before the commit, so that nothing of a dead process stays`() throws {
        let key = try #require(BlobKey("one"))
        let staged = try store.stage(key)
        try staged.append([1, 2, 3])
        #expect(directory.files.isEmpty)
        try staged.commit()
        #expect(directory.files.count == 1)
        // Also one that replaces another.
        try store.write([4], as: key)
        #expect(directory.files.count == 1)
        #expect(try store.read(key, limit: 9) == [4])
    }

    // Of a file system without files without names, or of an earlier version.
    @Test func `removes only staged files that are old`() throws {
        for name in ["old", "young"] {
            let descriptor = creat("\(directory.path)/new/store/staging/\(name)", 0o600)
            #expect(descriptor >= 0)
            close(descriptor)
        }
        var times = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 1_000, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, "\(directory.path)/new/store/staging/old", &times, 0) == 0)
        #expect(try store.removeStale(olderThan: .seconds(3_600)) == 1)
        #expect(directory.files.map { $0.split(separator: "/").last } == ["young"])
    }
}
