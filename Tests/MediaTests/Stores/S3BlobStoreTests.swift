import Chassis
import Glibc
import MediaStoring
import ObjectStorage
import TestSupport
import Testing

/// A bucket whose service is slow, full, away or wrong: nothing is lost, and every error says what to do.
@Suite("Blobs in a bucket") struct S3BlobStoreTests {
    private let key = BlobKey("tracks/ab/one/original")

    @Test(arguments: ["PUT", "uploads=", "partNumber=2", "POST"])
    func `an upload is finished when the service recovers`(part: String) async throws {
        try await TestStore.open(.bucket, limits: .hasty) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            let bytes = TestStore.bytes(part == "PUT" ? 3 : (33 << 20) + 3)
            let isMethod = ["PUT", "POST"].contains(part)
            try await bucket.fail(
                .status(503, "SlowDown", isMethod ? part : nil, isMethod ? "" : part),
                .status(500, "InternalError", isMethod ? part : nil, isMethod ? "" : part))
            try await test.upload(bytes, as: key)
            #expect(try await test.read(key) == bytes)
            #expect(try await bucket.requests().count { $0.status >= 500 } == 2)
            #expect(try await test.interruptedUploads() == 0)
        }
    }

    @Test(arguments: [
        (503, "SlowDown", MachineCondition.storeUnavailable), (500, "InternalError", .storeUnavailable),
        (507, "InsufficientStorage", .diskFull), (403, "QuotaExceeded", .diskFull),
        (403, "AccessDenied", .storeUnavailable), (404, "NoSuchBucket", .storeUnavailable),
        (400, "MalformedXML", .storeUnavailable),
    ])
    func `an upload that the service refuses leaves nothing, and its job waits`(
        status: Int, code: String, condition: MachineCondition
    ) async throws {
        try await TestStore.open(.bucket, limits: .hasty) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            for size in [3, (32 << 20) + 3] {
                try await bucket.fail(.status(status, code, "PUT", count: -1))
                let error = await #expect(throws: BlobError.self) {
                    try await test.upload(TestStore.bytes(size), as: key)
                }
                #expect(error?.machineCondition == condition, "\(String(describing: error))")
                #expect(!"\(String(describing: error))".contains(S3Server.secret))
                try await bucket.fail()
                #expect(try await test.keys().isEmpty)
                try await eventually("nothing is left") { try await test.interruptedUploads() == 0 }
            }
        }
    }

    @Test func `an upload whose last answer is lost has happened once`() async throws {
        try await TestStore.open(.bucket, limits: .hasty) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            for (size, part) in [(3, ""), ((16 << 20) + 3, "uploadId")] {
                var lost = TestBucket.Fault(size == 3 ? "PUT" : "POST", part)
                lost.takesEffect = true
                try await bucket.fail(lost)
                let bytes = TestStore.bytes(size)
                try await test.upload(bytes, as: key)
                #expect(try await test.read(key) == bytes)
            }
            #expect(try await test.interruptedUploads() == 0)
            // The second completion finds no upload but its object, or, at some services, the answer of the first.
            let completions = try await bucket.requests().filter { $0.method == "POST" && $0.path.contains("uploadId") }
            #expect(completions.count == 2 && [200, 404].contains(completions.last?.status))
        }
    }

    @Test(arguments: [0, 1, 1_000_000])
    func `a download goes on where its connection ended`(cut: Int) async throws {
        try await TestStore.open(.bucket, limits: .hasty) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            let bytes = TestStore.bytes(3_000_000)
            try await test.upload(bytes, as: key)
            var fault = TestBucket.Fault("GET", count: 2)
            fault.cut = cut
            try await bucket.fail(fault)
            #expect(try await test.read(key, 10..<2_900_000) == bytes[10..<2_900_000])
            try await bucket.fail(fault)
            let file = try await test.run { try $0.open(key) }
            #expect(TestStore.read(file, 0..<bytes.count) == bytes)
            try await bucket.fail(fault)
            #expect(try await test.read(key) == bytes)
        }
    }

    @Test func `a download does not go on with another object`() async throws {
        try await TestStore.open(.bucket, limits: .hasty) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            try await test.upload(TestStore.bytes(3_000_000), as: key)
            let content = try await test.run { try $0.content(key) }
            guard case .object(let object) = content.source else { throw Overdue(description: "no object") }
            var fault = TestBucket.Fault("GET")
            fault.cut = 1_000_000
            try await bucket.fail(fault)
            let pieces = object.pieces(of: 0..<3_000_000)
            _ = try await pieces.next()
            try await test.upload(TestStore.bytes(3_000_000, seed: 8), as: key)
            let error = await #expect(throws: BlobError.self) { while try await pieces.next() != nil {} }
            #expect(error == .notFound)
        }
    }

    @Test func `a reader that stops ends its download, also while it waits`() async throws {
        try await TestStore.open(.bucket) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            try await test.upload(TestStore.bytes(3_000_000), as: key)
            let content = try await test.run { try $0.content(key) }
            guard case .object(let object) = content.source else { throw Overdue(description: "no object") }
            let begun = object.pieces(of: 0..<3_000_000)
            #expect(try await begun.next()?.isEmpty == false)
            var fault = TestBucket.Fault("GET")
            fault.delay = 20
            try await bucket.fail(fault)
            let waiting = Task { try await object.pieces(of: 0..<3_000_000).next() }
            try await eventually("the service has the request") {
                try await bucket.requests().count { $0.method == "GET" } == 2
            }
            waiting.cancel()
            await #expect(throws: BlobError.finished) { try await waiting.value }
        }
    }

    @Test func `a hundred readers that take nothing hold no thread, and others read on`() async throws {
        try await TestStore.open(.bucket) { test in
            let key = try #require(key)
            let bytes = TestStore.bytes(2_000_000)
            try await test.upload(bytes, as: key)
            let content = try await test.run { try $0.content(key) }
            guard case .object(let object) = content.source else { throw Overdue(description: "no object") }
            let idle = (0..<100).map { _ in object.pieces(of: 0..<bytes.count) }
            for pieces in idle { #expect(try await pieces.next() != nil) }
            #expect(try await test.read(key, 0..<bytes.count) == bytes)
            // One of them goes on after its pause.
            var rest = 0
            while let piece = try await idle[0].next() { rest += piece.count }
            #expect(rest > 0 && rest < bytes.count)
        }
    }

    @Test func `only interrupted uploads that are old are removed`() async throws {
        try await TestStore.open(.bucket) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            let bytes = TestStore.bytes((16 << 20) + 1)
            let old = try await test.run { store in
                let staged = try store.stage(key)
                try staged.append(bytes.bytes)
                return staged
            }
            try await bucket.ageUploads(bySeconds: 7_200)
            let young = try await test.run { store in
                let staged = try store.stage(key)
                try staged.append(bytes.bytes)
                return staged
            }
            #expect(try await test.run { try $0.removeStale(olderThan: .seconds(3_600)) } == 1)
            #expect(try await test.interruptedUploads() == 1)
            try await test.run { _ in
                #expect(throws: BlobError.notFound) { try old.commit() }
                try young.commit()
            }
            #expect(try await test.read(key) == bytes)
        }
    }

    @Test func `a service that is away or too slow is a condition of the machine`() async throws {
        try await TestStore.open(.bucket, limits: .hasty) { test in
            let bucket = try #require(test.bucket)
            let silent = try SilentListener()
            // A closed port, and one that accepts and never answers.
            for (port, time) in [(1, Duration.seconds(5)), (silent.port, .milliseconds(400))] {
                var limits = BucketLimits.hasty
                limits.total = time
                let client = BucketClient(
                    try #require(Bucket(bucket.name, endpoint: "http://127.0.0.1:\(port)", region: nil)),
                    credentials: BucketCredentials(keyID: S3Server.keyID, secret: Secret(S3Server.secret)),
                    limits: limits)
                let key = try #require(key)
                let directory = test.directory.path
                try await test.run { _ in
                    let store = try S3BlobStore(client, scratch: directory)
                    let uses: [() throws -> Void] = [
                        { try store.write([1], as: key) }, { _ = try store.read(key, limit: 9) },
                        { _ = try store.content(key) }, { try store.checkWritable() }, { try store.delete(key) },
                        { _ = try store.page(after: nil, limit: 9) },
                    ]
                    for use in uses {
                        let error = #expect(throws: BlobError.self) { try use() }
                        #expect(error?.machineCondition == .storeUnavailable, "\(String(describing: error))")
                        #expect(error?.isStoreMissing == true)
                    }
                }
            }
        }
    }

    @Test func `a wrong secret is refused, and is not in the error`() async throws {
        let bucket = try await S3Server.bucket()
        let wrong = "another-secret"
        let client = BucketClient(
            try #require(Bucket(url: bucket.url, region: nil)),
            credentials: BucketCredentials(keyID: S3Server.keyID, secret: Secret(wrong)), limits: .hasty)
        let directory = TemporaryDirectory()
        let store = try S3BlobStore(client, scratch: directory.path)
        let key = try #require(key)
        let error = #expect(throws: BlobError.self) { try store.write([1], as: key) }
        #expect(error?.machineCondition == .storeUnavailable && error?.isStoreMissing == false)
        #expect("\(String(describing: error))".contains("SignatureDoesNotMatch"))
        #expect(!"\(String(describing: error))".contains(wrong))
        #expect(throws: BlobError.self) { try store.checkWritable() }
    }

    @Test func `a bucket that does not exist is not the same as a missing blob`() async throws {
        try await TestStore.open(.bucket) { test in
            let bucket = try #require(test.bucket)
            let client = BucketClient(
                try #require(
                    Bucket(
                        "missing-\(bucket.name.suffix(12))", endpoint: "http://127.0.0.1:\(bucket.port)",
                        region: S3Server.region)),
                credentials: BucketCredentials(keyID: S3Server.keyID, secret: Secret(S3Server.secret)))
            let (key, directory) = (try #require(key), test.directory.path)
            try await test.run { _ in
                let store = try S3BlobStore(client, scratch: directory)
                for use in [{ _ = try store.read(key, limit: 9) }, { _ = try store.content(key) }] {
                    let error = #expect(throws: BlobError.self) { try use() }
                    #expect(error?.machineCondition == .storeUnavailable, "\(String(describing: error))")
                }
            }
        }
    }

    @Test func `objects of others in the bucket are not in a listing`() async throws {
        try await TestStore.open(.bucket) { test in
            let bucket = try #require(test.bucket)
            let client = BucketClient(
                try #require(Bucket(url: bucket.url, region: nil)),
                credentials: BucketCredentials(keyID: S3Server.keyID, secret: Secret(S3Server.secret)))
            try await test.run { store in
                for name in ["a b+(c)!", "b/Ünï/%20", ".hidden", "c//d", "<&>\"'"] {
                    try client.put(ObjectBody([1]), as: name)
                    #expect(try client.get(name, limit: 9) == [1], "\(name)")
                }
                for name in ["a", "z"] { try store.write([1], as: try #require(BlobKey(name))) }
                for limit in 1...3 {
                    var found: [String] = []
                    var last: BlobKey?
                    repeat {
                        let page = try store.page(after: last, limit: limit)
                        found += page.map(\.key.description)
                        last = page.count == limit ? page.last?.key : nil
                    } while last != nil
                    #expect(found == ["a", "z"])
                }
            }
        }
    }

    @Test func `clients are redirected to a URL that the service accepts`() async throws {
        try await TestStore.open(.bucket, mode: .redirect) { test in
            let (key, bucket) = (try #require(key), try #require(test.bucket))
            try await test.upload([1, 2, 3], as: key)
            let content = try await test.run { try $0.content(key) }
            guard case .object(let object) = content.source else { throw Overdue(description: "no object") }
            let headers = SignedURLHeaders(
                type: "image/webp; x=\"y z\"", disposition: "attachment; filename=\"a+b.json\"",
                cacheControl: "no-store")
            let address = try #require(object.address(headers))
            let origin = "http://127.0.0.1:\(bucket.port)"
            #expect(address.hasPrefix(origin + "/"))
            let answer = try await ProductClient(port: bucket.port).get(
                String(address.dropFirst(origin.count)), headers: ["Host": "127.0.0.1:\(bucket.port)"])
            #expect(answer.status == 200 && answer.body == [1, 2, 3], "\(answer.text)")
            #expect(answer.headers["content-type"] == "image/webp; x=\"y z\"")
            #expect(answer.headers["content-disposition"] == "attachment; filename=\"a+b.json\"")
            #expect(answer.headers["cache-control"] == "no-store")
        }
    }

    @Test func `a store that hands out no URLs has none`() async throws {
        try await TestStore.open(.bucket) { test in
            let key = try #require(key)
            try await test.upload([1], as: key)
            guard case .object(let object) = try await test.run({ try $0.content(key) }).source else {
                throw Overdue(description: "no object")
            }
            #expect(object.address(SignedURLHeaders()) == nil)
        }
    }
}
