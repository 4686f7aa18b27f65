import Chassis
import Crypto
import Glibc
import MediaStoring
import ObjectStorage
import TestSupport
import Testing

/// A blob store of one test: on the disk, or in a bucket of a real S3 service. The conformance suite runs against both.
struct TestStore: Sendable {
    enum Kind: Sendable, CaseIterable { case local, bucket }

    let kind: Kind
    let store: any BlobStore
    let directory = TemporaryDirectory()
    /// Nil for a local store.
    let bucket: TestBucket?
    private static let pool = BlockingPool(name: "test-store", threads: 16, queueLimit: 10_000)

    /// Runs a body with a store. At the end no request to a bucket may have had a wrong signature.
    static func open(
        _ kind: Kind, limits: BucketLimits = BucketLimits(), mode: DownloadMode = .proxy,
        _ body: (TestStore) async throws -> Void
    ) async throws {
        let test = try await TestStore(kind, limits, mode)
        try await body(test)
        for request in try await test.bucket?.requests() ?? [] {
            #expect(request.refusal == nil, "\(request.method) \(request.path)")
        }
    }

    private init(_ kind: Kind, _ limits: BucketLimits, _ mode: DownloadMode) async throws {
        self.kind = kind
        switch kind {
        case .local:
            bucket = nil
            store = try LocalBlobStore(root: directory.path)
        case .bucket:
            let bucket = try await S3Server.bucket()
            self.bucket = bucket
            let client = BucketClient(
                try #require(Bucket(url: bucket.url, region: nil)),
                credentials: BucketCredentials(keyID: S3Server.keyID, secret: Secret(S3Server.secret)), limits: limits)
            store = try S3BlobStore(client, scratch: directory.path, mode: mode)
        }
    }

    /// Runs calls of the store on a thread that they may block.
    func run<Value: Sendable>(_ body: @escaping @Sendable (any BlobStore) throws -> Value) async throws -> Value {
        try await Self.pool.run { [store] in try body(store) }
    }

    /// Stores a blob as an upload does, in pieces.
    func upload(_ content: Content, as key: BlobKey) async throws {
        let bytes = content.bytes
        try await run { store in
            let staged = try store.stage(key)
            for begin in stride(from: 0, to: bytes.count, by: 262_144) {
                try staged.append(Array(bytes[begin..<min(begin + 262_144, bytes.count)]))
            }
            #expect(staged.byteCount == bytes.count)
            try staged.commit()
        }
    }

    func read(_ key: BlobKey) async throws -> Content {
        Content(try await run { try $0.read(key, limit: 64 << 20) })
    }

    /// Reads a range as it is sent to a client.
    func read(_ key: BlobKey, _ range: Range<Int>) async throws -> Content {
        let content = try await run { try $0.content(key) }
        switch content.source {
        case .file(let file): return Self.read(file, range)
        case .object(let object):
            let pieces = object.pieces(of: range)
            var bytes: [UInt8] = []
            while let piece = try await pieces.next() { bytes += piece }
            return Content(bytes)
        }
    }

    static func read(_ blob: OpenBlob, _ range: Range<Int>) -> Content {
        guard let descriptor = blob.takeDescriptor() else { return [] }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, range.count, off_t(range.lowerBound)))
        }
        return Content(bytes)
    }

    /// All keys of the store.
    func keys() async throws -> [String] {
        try await run { try $0.page(after: nil, limit: 1_000) }.map(\.key.description)
    }

    /// How many uploads are in progress or were interrupted.
    func interruptedUploads() async throws -> Int {
        guard let bucket else { return directory.files.filter { $0.contains("/staging/") }.count }
        return try await bucket.content().uploads
    }

    /// Bytes without a pattern.
    static func bytes(_ count: Int, seed: UInt64 = 7) -> Content {
        var state = seed
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { room in
            for offset in stride(from: 0, to: count - 7, by: 8) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                room.storeBytes(of: state, toByteOffset: offset, as: UInt64.self)
            }
        }
        return Content(bytes)
    }
}

/// The bytes of a blob, compared fast and described shortly.
struct Content: Sendable, Equatable, ExpressibleByArrayLiteral, CustomTestStringConvertible {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(arrayLiteral elements: UInt8...) { bytes = elements }

    var count: Int { bytes.count }
    subscript(range: Range<Int>) -> Content { Content(Array(bytes[range])) }

    static func == (left: Content, right: Content) -> Bool {
        left.count == right.count && memcmp(left.bytes, right.bytes, left.count) == 0
    }

    var testDescription: String { "\(count) bytes: \(bytes.prefix(8))…" }
}

/// Limits with which a test of failures ends soon.
extension BucketLimits {
    static var hasty: BucketLimits {
        var limits = BucketLimits()
        (limits.attempts, limits.delay, limits.total) = (3, .milliseconds(5), .seconds(30))
        return limits
    }
}
