import TestSupport
import Testing

/// The product with its files in a bucket of a real S3 service.
@Suite(.showingOutput)
struct BucketStorageTests {
    @Test func `an avatar lives in the bucket from its upload to the end of its account`() async throws {
        try await withProduct { product, bucket in
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let whole = try await product.client.get("/media/avatar/\(user.id)")
            #expect(whole.status == 200 && whole.headers["content-type"] == "image/webp")
            #expect(WebPSize(of: whole.body) == WebPSize(64, 32))
            #expect(whole.headers["content-length"] == "\(whole.body.count)")
            #expect(try await bucket.content().keys.count == 7)
            #expect(product.files.isEmpty)

            let tag = try #require(whole.headers["etag"])
            let part = try await product.client.get("/media/avatar/\(user.id)", headers: ["Range": "bytes=5-14"])
            #expect(part.status == 206 && part.body == Array(whole.body[5..<15]))
            #expect(part.headers["content-range"] == "bytes 5-14/\(whole.body.count)")
            for (headers, status) in [
                (["If-None-Match": tag], 304), (["If-Match": "\"x\""], 412),
                (["Range": "bytes=\(whole.body.count)-"], 416), (["Range": "bytes=0-1", "If-Range": "\"x\""], 200),
                (["Range": "bytes=0-1", "If-Range": tag], 206),
            ] {
                let answer = try await product.client.get("/media/avatar/\(user.id)", headers: headers)
                #expect(answer.status == status, "\(headers)")
            }
            let head = try await product.client.send(ProductRequest("HEAD", "/media/avatar/\(user.id)"))
            #expect(head.status == 200 && head.body.isEmpty)
            for name in ["content-length", "content-type", "etag", "last-modified", "accept-ranges"] {
                #expect(head.headers[name] == whole.headers[name])
            }

            let first = try await bucket.content().keys
            try await user.replaceAvatar(Picture.tallJPEG, at: product.client)
            try await eventually("the first picture is removed", within: 30) {
                let keys = try await bucket.content().keys
                return keys.count == 7 && Set(keys).isDisjoint(with: first)
            }

            #expect(try await user.ask("POST", "/users/me/export", at: product.client).status == 202)
            try await eventually("the export is ready", within: 30) {
                try await user.ask("GET", "/users/me/export", at: product.client).json["status"].text == "ready"
            }
            let export = try await user.ask("GET", "/users/me/export/download", at: product.client)
            #expect(export.status == 200 && export.json["account"]["email"].text == user.email)
            #expect(export.headers["content-disposition"] == "attachment; filename=\"socialplay.json\"")

            #expect(try await user.ask("DELETE", "/users/me", at: product.client).status < 300)
            try await eventually("nothing is left", within: 60) { try await bucket.content().isEmpty }
        }
    }

    // S2-140, S2-143
    @Test func `a picture of a post has its own address in the bucket until its owner's account ends`() async throws {
        try await withProduct { product, bucket in
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await user.upload(picture: Picture.jpeg, to: product.client)
            let url = try #require(answer.json["url"].text, "\(answer.text)")
            let base = "http://\(bucket.name).127.0.0.1:\(bucket.port)/"
            #expect(answer.status == 201 && url.hasPrefix("\(base)\(user.id)/") && url.hasSuffix(".webp"), "\(url)")
            let key = String(url.dropFirst(base.count))
            try await eventually("the picture is stored") { try await bucket.content().keys.contains(key) }
            let shown = try await eventually("the picture is served") {
                let answer = try await product.client.get("/media/file/\(key)")
                return answer.status == 200 ? answer : nil
            }
            #expect(shown.headers["content-type"] == "image/webp" && WebPSize(of: shown.body) == WebPSize(64, 32))
            let post = #"{"content":"Look","mediaUrls":["\#(url)"]}"#
            #expect(try await user.ask("POST", "/posts", json: post, at: product.client).status == 201)
            #expect(try await user.ask("DELETE", "/users/me", at: product.client).status < 300)
            try await eventually("nothing is left", within: 60) { try await bucket.content().isEmpty }
        }
    }

    @Test func `clients are sent to the bucket itself`() async throws {
        try await withProduct(["STORAGE_DOWNLOADS": "redirect"]) { product, bucket in
            let user = try await TestUser.register(at: product.client)
            #expect(try await user.upload(Picture.jpeg, to: product.client).status == 200)
            let found = try await eventually("the picture is ready", within: 30) {
                let answer = try await product.client.get("/media/avatar/\(user.id)")
                return answer.status == 302 ? answer : nil
            }
            #expect(found.headers["cache-control"] == "no-store" && found.body.isEmpty)
            let address = try #require(found.headers["location"])
            let origin = "http://127.0.0.1:\(bucket.port)"
            #expect(address.hasPrefix("\(origin)/\(bucket.name)/"))
            #expect(!address.contains(S3Server.secret))
            let service = ProductClient(port: bucket.port)
            let host = ["Host": "127.0.0.1:\(bucket.port)"]
            let path = String(address.dropFirst(origin.count))
            let whole = try await service.get(path, headers: host)
            #expect(whole.status == 200 && WebPSize(of: whole.body) == WebPSize(64, 32))
            #expect(whole.headers["content-type"] == "image/webp")
            let part = try await service.get(path, headers: host.merging(["Range": "bytes=0-9"]) { $1 })
            #expect(part.status == 206 && part.body == Array(whole.body[..<10]))
            #expect(
                try await service.get(path.replacing("X-Amz-Expires=", with: "X-Amz-Expires=9"), headers: host).status
                    == 403)

            let head = try await product.client.send(ProductRequest("HEAD", "/media/avatar/\(user.id)"))
            #expect(head.status == 200 && head.headers["content-length"] == "\(whole.body.count)")
            #expect(head.headers["content-type"] == "image/webp" && head.headers["accept-ranges"] == "bytes")
            let conditional = try await product.client.get("/media/avatar/\(user.id)", headers: ["If-None-Match": "*"])
            #expect(conditional.status == 304)
            #expect(try await product.client.get("/media/avatar/\(user.id)x").status == 400)
        }
    }

    @Test(arguments: [(503, "SlowDown"), (507, "InsufficientStorage"), (403, "AccessDenied")])
    func `an upload is refused while the service fails, and accepted afterwards`(
        status: Int, code: String
    ) async throws {
        try await withProduct { product, bucket in
            let user = try await TestUser.register(at: product.client)
            try await bucket.fail(.status(status, code, count: -1))
            let refused = try await user.upload(Picture.jpeg, to: product.client)
            expectMusiciansError(refused, 503)
            #expect(refused.headers["retry-after"] != nil)
            for word in [code, bucket.name, S3Server.keyID] { #expect(!refused.text.contains(word)) }
            #expect(try await bucket.content().isEmpty)
            #expect(try await product.texts("SELECT id::text FROM media") == [])
            try await eventually("the health check says so", within: 30) {
                let state = try await product.client.get("/readyz").json["storage"].text
                return state == (status == 503 ? "down" : "read-only")
            }
            try await bucket.fail()
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            try await eventually("the health check says so", within: 30) {
                try await product.client.get("/readyz").json["storage"].text == "up"
            }
            #expect(!product.output.contains(S3Server.secret))
        }
    }

    @Test func `a picture that was accepted is finished when the service recovers`() async throws {
        try await withProduct { product, bucket in
            let user = try await TestUser.register(at: product.client)
            try await bucket.fail(.status(503, "SlowDown", "PUT", "webp", count: -1))
            #expect(try await user.upload(Picture.jpeg, to: product.client).status == 200)
            try await eventually("its job waits", within: 30) { product.output.contains("store_unavailable") }
            #expect(try await product.client.get("/media/avatar/\(user.id)").status == 404)
            try await bucket.fail()
            try await eventually("it is shown", within: 60) {
                try await product.client.get("/media/avatar/\(user.id)").status == 200
            }
        }
    }

    @Test func `a file that is refused leaves nothing in the bucket`() async throws {
        try await withProduct(["MAX_IMAGE_BYTES": "20000"]) { product, bucket in
            let user = try await TestUser.register(at: product.client)
            for file in [Array("no picture at all".utf8), [], Picture.jpeg + [UInt8](repeating: 0, count: 20_000)] {
                let answer = try await user.upload(file, to: product.client)
                #expect((400..<500).contains(answer.status), "\(answer.text)")
            }
            #expect(try await bucket.content().isEmpty)
        }
    }

    @Test func `the product starts while the service is away`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .images]
        options.environment = [
            "STORAGE_URL": "s3://pictures?endpoint=http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": S3Server.keyID,
            "AWS_SECRET_ACCESS_KEY": S3Server.secret,
        ]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            expectMusiciansError(try await user.upload(Picture.jpeg, to: product.client), 503)
            #expect(product.output.contains("interrupted uploads not removed"))
            #expect(!product.output.contains(S3Server.secret))
        }
    }

    // S1-83
    @Test(arguments: ["proxy", "redirect"])
    func `a play of a track in a bucket is a request for its first byte`(downloads: String) async throws {
        try await withProduct(["STORAGE_DOWNLOADS": downloads]) { product, _ in
            let users = [
                try await TestUser.register(at: product.client), try await TestUser.register(at: product.client),
            ]
            let uploaded = try await users[0].upload(
                "track", Recording.wav(byteCount: 9_000), called: "a.wav", to: product.client)
            let track = try #require(uploaded.json["file"]["fileId"].text, "\(uploaded.text)")
            func listen(_ method: String, _ headers: [String: String]) async throws -> Int {
                let all = headers.merging(["Authorization": "Bearer \(users[1].accessToken)"]) { $1 }
                let request = ProductRequest(method, "/media/track/\(track)", headers: all)
                #expect([200, 206, 302].contains(try await product.client.send(request).status))
                return try await product.texts("SELECT listener FROM plays").count
            }
            #expect(try await listen("HEAD", [:]) == 0)
            #expect(try await listen("GET", ["Range": "bytes=1-99"]) == 0)
            #expect(try await listen("GET", ["Range": "bytes=-99"]) == 0)
            #expect(try await listen("GET", ["Range": "bytes=0-99"]) == 1)
            #expect(try await listen("GET", [:]) == 1)
        }
    }

    /// Runs a product with a bucket of its own, and expects that every request to it was signed.
    private func withProduct(
        _ environment: [String: String] = [:], _ body: (Product, TestBucket) async throws -> Void
    ) async throws {
        let bucket = try await S3Server.bucket()
        var options = ProductOptions()
        // The scheduler pushes jobs that remove files.
        options.kinds = [.api, .images, .maintenance, .scheduler]
        options.environment = bucket.environment.merging(environment) { $1 }
        try await Product.run(options) { product in try await body(product, bucket) }
        for request in try await bucket.requests() {
            let isForged = request.path.contains("X-Amz-Expires=9900")
            #expect((request.refusal != nil) == isForged, "\(request.method) \(request.path)")
        }
    }
}
