import Chassis
import Crypto
import MediaStoring
import TestSupport
import Testing

/// What every blob store does, proven on each: a folder, and a bucket of a real S3 service that verifies signatures.
@Suite("Every blob store") struct BlobStoreConformance {
    private let key = BlobKey("pictures/ab/one/original")

    @Test(
        arguments: TestStore.Kind.allCases,
        [0, 1, (16 << 20) - 1, 16 << 20, (16 << 20) + 1, 40 << 20])
    func `stores what was uploaded, whatever its size`(kind: TestStore.Kind, size: Int) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            let bytes = TestStore.bytes(size)
            try await test.upload(bytes, as: key)
            #expect(try await test.read(key) == bytes)
            let content = try await test.run { try $0.content(key) }
            #expect(content.byteCount == size)
            #expect(try await test.read(key, 0..<size) == bytes)
            let file = try await test.run { try $0.open(key) }
            #expect(file.byteCount == size)
            #expect(TestStore.read(file, 0..<size) == bytes)
            #expect(try await test.interruptedUploads() == 0)
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `replaces a blob as a whole`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            try await test.run { try $0.write([1, 2, 3], as: key) }
            #expect(try await test.read(key) == [1, 2, 3])
            try await test.run { try $0.write([], as: key) }
            #expect(try await test.read(key) == [])
            try await test.upload([7], as: key)
            #expect(try await test.read(key) == [7])
            #expect(try await test.keys() == [key.description])
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `concurrent writers never mix`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            let versions = (1...8).map { TestStore.bytes(100_000 * $0, seed: UInt64($0)) }
            try await test.run { try $0.write(versions[0].bytes, as: key) }
            try await withThrowingTaskGroup { group in
                for version in versions {
                    group.addTask { try await test.upload(version, as: key) }
                    group.addTask {
                        let found = try await test.read(key)
                        #expect(versions.contains(found))
                    }
                }
                try await group.waitForAll()
            }
            let last = try await test.read(key)
            #expect(versions.contains(last))
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a staged blob cannot be read before its commit`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            let bytes = TestStore.bytes((16 << 20) + 3)
            try await test.run { store in
                let staged = try store.stage(key)
                try staged.append(Array(bytes.bytes.dropLast(3)))
                try staged.append([])
                try staged.append(Array(bytes.bytes.suffix(3)))
                #expect(staged.byteCount == bytes.count)
                #expect(throws: BlobError.notFound) { try store.read(key, limit: 9) }
                #expect(try store.page(after: nil, limit: 9) == [])
                try staged.commit()
                #expect(throws: BlobError.finished) { try staged.append([1]) }
                #expect(throws: BlobError.finished) { try staged.commit() }
                staged.discard()
            }
            #expect(try await test.read(key) == bytes)
        }
    }

    @Test(arguments: TestStore.Kind.allCases, [1, (16 << 20) + 1])
    func `discarded and released blobs leave nothing`(kind: TestStore.Kind, size: Int) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            let bytes = TestStore.bytes(size)
            try await test.run { store in
                let discarded = try store.stage(key)
                try discarded.append(bytes.bytes)
                discarded.discard()
                #expect(throws: BlobError.finished) { try discarded.append([1]) }
                try store.stage(key).append(bytes.bytes)
            }
            try await eventually("nothing is left") { try await test.interruptedUploads() == 0 }
            #expect(try await test.keys().isEmpty)
            #expect(test.directory.files.isEmpty)
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a missing blob is not found, and deleting it is no error`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            try await test.run { store in
                #expect(throws: BlobError.notFound) { try store.read(key, limit: 9) }
                #expect(throws: BlobError.notFound) { try store.open(key) }
                #expect(throws: BlobError.notFound) { try store.content(key) }
                try store.delete(key)
                try store.write([1], as: key)
                try store.delete(key)
                try store.delete(key)
                #expect(throws: BlobError.notFound) { try store.read(key, limit: 9) }
            }
            #expect(BlobError.notFound.machineCondition == nil)
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a blob over the reader's limit is refused`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            try await test.run { store in
                try store.write([1, 2, 3], as: key)
                #expect(throws: BlobError.tooLarge(byteCount: 3)) { try store.read(key, limit: 2) }
                #expect(try store.read(key, limit: 3) == [1, 2, 3])
            }
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `sends any range`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            let key = try #require(key)
            let bytes = TestStore.bytes(3_000_000)
            try await test.upload(bytes, as: key)
            for range in [0..<1, 0..<10, 1..<2_000_000, 2_999_999..<3_000_000, 5..<5] {
                #expect(try await test.read(key, range) == bytes[range], "\(range)")
            }
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `accepts every character of a key`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            let long = String(repeating: "n", count: BlobKey.maximumSegmentLength)
            let names = [
                "a", "A.b_c-d/0~9".replacing("~", with: ""), "x..y/-/_/z-", "\(long)/\(long)/deep",
                "exports/ff/0197a.json",
            ]
            for (index, name) in names.enumerated() {
                let key = try #require(BlobKey(name))
                try await test.upload(Content([UInt8(index)]), as: key)
                #expect(try await test.read(key) == Content([UInt8(index)]), "\(name)")
            }
            #expect(Set(try await test.keys()) == Set(names))
            for name in names { try await test.run { try $0.delete(try #require(BlobKey(name))) } }
            #expect(try await test.keys().isEmpty)
        }
    }

    @Test(arguments: TestStore.Kind.allCases, 1...8)
    func `pages through all blobs in the order of their keys`(kind: TestStore.Kind, size: Int) async throws {
        try await TestStore.open(kind) { test in
            #expect(try await test.keys().isEmpty)
            // "-" and "." come before "/", and "0" after it.
            let names = ["a", "a-b/c", "a.b", "a0", "b/a/a", "b/a/b", "b/a-a", "b/b", "c/d/e/f", "z"]
            try await test.run { store in
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
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a listing continues after a deleted key, and has the time of the last write`(
        kind: TestStore.Kind
    ) async throws {
        try await TestStore.open(kind) { test in
            let before = Timestamp.now.unixSeconds
            try await test.run { store in
                let staged = try store.stage(try #require(BlobKey("a/4")))
                try staged.append([1])
                for name in ["a/1", "a/3", "b/1"] { try store.write([1], as: try #require(BlobKey(name))) }
                let page = try store.page(after: BlobKey("a/2"), limit: 10)
                #expect(page.map(\.key.description) == ["a/3", "b/1"])
                for blob in page { #expect((before...before + 60).contains(blob.modified.unixSeconds)) }
                let key = try #require(BlobKey("a/1"))
                let times = [try store.open(key).modified, try store.content(key).modified]
                for time in times { #expect((before...before + 60).contains(time.unixSeconds)) }
                staged.discard()
            }
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `knows whether it accepts writes, and leaves nothing`(kind: TestStore.Kind) async throws {
        try await TestStore.open(kind) { test in
            try await test.run { try $0.checkWritable() }
            #expect(try await test.keys().isEmpty)
        }
    }
}
