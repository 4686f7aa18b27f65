import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// Uploads in parts, by tus 1.0.0: https://tus.io/protocols/resumable-upload.
    struct ResumableUploadTests {
        let product = Product.current
        private var client: ProductClient { product.client }
        private static let page = "http://localhost:5173"

        @Test(arguments: ["/media/uploads", "/media/uploads/0192d5b0-0000-7000-8000-000000000000"])
        func `OPTIONS tells what the server can do, to clients of any version, and to browsers`(path: String)
            async throws
        {
            let answer = try await client.send(ProductRequest("OPTIONS", path))
            #expect(answer.status == 204)
            #expect(answer.headers["tus-resumable"] == "1.0.0")
            #expect(answer.headers["tus-version"] == "1.0.0")
            #expect(answer.headers["tus-max-size"] == "\(200 << 20)")
            #expect(
                answer.headers["tus-extension"]
                    == "creation,creation-with-upload,termination,checksum,expiration")
            #expect(answer.headers["tus-checksum-algorithm"] == "sha1,sha256")

            let fromPage = try await client.send(ProductRequest("OPTIONS", path, headers: ["Origin": Self.page]))
            #expect(fromPage.headers["tus-version"] == "1.0.0")
            let preflight = try await client.send(
                ProductRequest(
                    "OPTIONS", path, headers: ["Origin": Self.page, "Access-Control-Request-Method": "PATCH"]))
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-methods"]?.contains("PATCH") == true)
            for name in ["Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum"] {
                #expect(preflight.headers["access-control-allow-headers"]?.contains(name) == true, "\(name)")
                #expect(
                    name == "Upload-Checksum"
                        || fromPage.headers["access-control-expose-headers"]?.contains(name) == true, "\(name)")
            }
        }

        @Test(arguments: ["", "0.2.2", "1.0", "1.0.00"])
        func `another version of the protocol is refused before anything happens`(version: String) async throws {
            let user = try await TestUser.register(at: client)
            let path = try await user.beginUpload(10, [:], at: client)
            for (method, path) in [("POST", "/media/uploads"), ("HEAD", path), ("PATCH", path), ("DELETE", path)] {
                let headers = [
                    "Tus-Resumable": version, "Upload-Length": "10", "Upload-Offset": "0",
                    "Content-Type": "application/offset+octet-stream",
                ]
                let answer = try await user.tus(
                    method, path, headers, body: method == "PATCH" ? Array(repeating: 1, count: 10) : nil, at: client)
                #expect(answer.status == 412)
                #expect(answer.headers["tus-version"] == "1.0.0")
                #expect(answer.headers["tus-resumable"] == "1.0.0")
                if method != "HEAD" { expectMusiciansError(answer, 412) }
            }
            #expect(try await user.offset(of: path, at: client) == 0)
        }

        @Test func `an upload belongs to its user`() async throws {
            let (user, other) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let path = try await user.beginUpload(10, [:], at: client)
            for method in ["HEAD", "PATCH", "DELETE"] {
                let headers = ["Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"]
                let foreign = try await other.tus(method, path, headers, body: [1], at: client)
                let anonymous = try await user.tus(
                    method, path, headers.merging(["Authorization": ""]) { $1 }, body: [1], at: client)
                if method == "HEAD" {
                    #expect(foreign.status == 404 && anonymous.status == 401)
                    #expect(foreign.headers["upload-offset"] == nil)
                } else {
                    expectMusiciansError(foreign, 404, "Upload not found")
                    expectMusiciansError(anonymous, 401)
                }
            }
            let anonymous = ["Authorization": "", "Upload-Length": "10"]
            expectMusiciansError(try await user.tus("POST", "/media/uploads", anonymous, at: client), 401)
            expectMusiciansError(try await user.tus("DELETE", "/media/uploads/x", at: client), 400)
            #expect(try await user.offset(of: path, at: client) == 0)
        }

        @Test(arguments: [
            (["Upload-Length": ""], 400), (["Upload-Length": "abc"], 400), (["Upload-Length": "-1"], 400),
            (["Upload-Length": "+5"], 400), (["Upload-Length": "1.5"], 400), (["Upload-Length": "0"], 400),
            (["Upload-Length": "99999999999999999999"], 400), (["Upload-Length": "", "Upload-Defer-Length": "1"], 400),
            (["Upload-Length": "\((200 << 20) + 1)"], 413), (["Upload-Metadata": "filename ***"], 400),
            (["Upload-Metadata": "a YQ==,a YQ=="], 400), (["Upload-Metadata": "a YQ==,,b YQ=="], 400),
            (["Upload-Metadata": "a YQ== YQ=="], 400), (["Upload-Metadata": "purpose eA=="], 400),
            (["Upload-Metadata": "purpose Y292ZXI=,trackId eA=="], 400),
            (["Upload-Metadata": "userId MDE5MmQ1YjAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw"], 403),
        ])
        func `a wrong creation is refused, and begins nothing`(headers: [String: String], status: Int) async throws {
            let user = try await TestUser.register(at: client)
            let usual = ["Upload-Length": "10"]
            let answer = try await user.tus("POST", "/media/uploads", usual.merging(headers) { $1 }, at: client)
            expectMusiciansError(answer, status)
            #expect(answer.headers["tus-resumable"] == "1.0.0")
            #expect(answer.headers["location"] == nil)
            #expect(try await uploads(of: user).isEmpty)
        }

        @Test func `a file in parts is the file that a form would have made`() async throws {
            let user = try await TestUser.register(at: client)
            let whole = Recording.wav(byteCount: 300_000)
            let metadata = ["filename": "../Я на море.wav", "type": "", "note": "kept"]
            let path = try await user.beginUpload(whole.count, metadata, at: client)
            let first = try await user.patch(path, at: 0, Array(whole[..<100_000]), at: client)
            #expect(first.status == 204 && first.body.isEmpty)
            #expect(first.headers["upload-offset"] == "100000")
            #expect(first.headers["upload-expires"]?.hasSuffix(" GMT") == true)
            #expect(first.headers["tus-resumable"] == "1.0.0")

            let head = try await user.tus("HEAD", path, at: client)
            #expect(head.status == 200)
            #expect(head.headers["upload-offset"] == "100000")
            #expect(head.headers["upload-length"] == "300000")
            #expect(head.headers["cache-control"] == "no-store")
            #expect(
                head.headers["upload-metadata"]?.contains("note \(Data("kept".utf8).base64EncodedString())") == true)

            let last = try await user.patch(path, at: 100_000, Array(whole[100_000...]), at: client)
            #expect(last.status == 204, "\(last.text)")
            #expect(last.headers["upload-offset"] == "300000")
            #expect(last.headers["upload-expires"] == nil)
            let id = try #require(path.split(separator: "/").last)
            #expect(last.headers["upload-result"] == "http://localhost:3000/media/track/\(id)")
            #expect(try await client.get("/media/track/\(id)").body == whole)
            let file = try await user.status(of: String(id), at: client).json["file"]
            #expect(file["originalName"].text == "Я на море.wav")
            #expect(file["type"].text == "track" && file["mimeType"].text == "audio/wav")
            #expect(try await user.tracksCount(in: product) == "1")

            // A client that missed the answer asks again.
            let again = try await user.tus("HEAD", path, at: client)
            #expect(again.headers["upload-offset"] == "300000" && again.headers["upload-length"] == "300000")
            #expect(again.headers["upload-result"] == last.headers["upload-result"])
            #expect(try await user.patch(path, at: 300_000, [], at: client).status == 204)
            expectMusiciansError(try await user.tus("DELETE", path, at: client), 404)
            #expect(try await user.media(in: product) == [String(id)])
        }

        @Test func `an avatar in parts is shown`() async throws {
            let user = try await TestUser.register(at: client)
            let path = try await user.beginUpload(Picture.jpeg.count, ["purpose": "avatar"], at: client)
            #expect(try await user.patch(path, at: 0, Array(Picture.jpeg.prefix(100)), at: client).status == 204)
            let last = try await user.patch(path, at: 100, Array(Picture.jpeg.dropFirst(100)), at: client)
            #expect(last.headers["upload-result"] == "http://localhost:3000/media/avatar/\(user.id)", "\(last.text)")
            try await eventually("the avatar is shown", within: 30) {
                try await client.get("/media/avatar/\(user.id)").status == 200
            }
        }

        @Test func `a wrong PATCH is refused, and adds nothing`() async throws {
            let user = try await TestUser.register(at: client)
            let path = try await user.beginUpload(100, ["purpose": "other"], at: client)
            #expect(try await user.patch(path, at: 0, Array(repeating: 1, count: 40), at: client).status == 204)
            let bytes: [UInt8] = Array(repeating: 2, count: 10)
            let cases: [([String: String], Int)] = [
                (["Content-Type": "application/octet-stream"], 415), (["Content-Type": ""], 415),
                (["Upload-Offset": ""], 400), (["Upload-Offset": "-1"], 400), (["Upload-Offset": "x"], 400),
                (["Upload-Offset": "0"], 409), (["Upload-Offset": "39"], 409), (["Upload-Offset": "41"], 409),
                (["Upload-Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="], 400), (["Upload-Checksum": "sha1"], 400),
                (["Upload-Checksum": "sha1 ***"], 400), (["Upload-Checksum": "sha1 YQ=="], 400),
                (["Upload-Checksum": "sha1 \(Data(count: 20).base64EncodedString())"], 460),
                (["Upload-Checksum": "sha256 \(Data(count: 32).base64EncodedString())"], 460),
            ]
            for (headers, status) in cases {
                let answer = try await user.patch(path, at: 40, bytes, headers, at: client)
                expectMusiciansError(answer, status)
                #expect(answer.headers["tus-resumable"] == "1.0.0")
            }
            expectMusiciansError(try await user.patch(path, at: 40, Array(repeating: 2, count: 61), at: client), 413)
            #expect(try await user.offset(of: path, at: client) == 40)
            // The SHA-1 of ten bytes of two.
            let right = try await user.patch(
                path, at: 40, bytes, ["Upload-Checksum": "sha1 ZJEJVNxkUjRaypC0t8GkIk6t/XQ="], at: client)
            #expect(right.status == 204, "\(right.text)")
            #expect(try await user.offset(of: path, at: client) == 50)
        }

        @Test func `a client that knows only POST names the method in a header`() async throws {
            let user = try await TestUser.register(at: client)
            let path = try await user.beginUpload(100, ["purpose": "other"], at: client)
            func ask(_ method: String, _ headers: [String: String] = [:], body: [UInt8]? = nil) async throws
                -> ProductAnswer
            {
                try await user.tus(
                    "POST", path, headers.merging(["X-HTTP-Method-Override": method]) { $1 }, body: body, at: client)
            }
            let patch = try await ask(
                "PATCH", ["Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"],
                body: Array(repeating: 1, count: 60))
            #expect(patch.status == 204 && patch.headers["upload-offset"] == "60", "\(patch.text)")
            let head = try await ask("HEAD")
            #expect(head.status == 200 && head.headers["upload-offset"] == "60")
            #expect(try await ask("OPTIONS").headers["tus-version"] == "1.0.0")
            expectMusiciansError(try await ask("GET"), 405)
            expectMusiciansError(try await ask("NOTHING"), 405)
            expectMusiciansError(try await user.tus("POST", path, at: client), 405)
            #expect(try await ask("DELETE").status == 204)
            #expect(try await user.offset(of: path, at: client) == nil)
        }

        @Test func `the first bytes may come with the creation`() async throws {
            let user = try await TestUser.register(at: client)
            let whole = Recording.wav(byteCount: 2_000)
            func create(_ headers: [String: String], _ body: [UInt8]) async throws -> ProductAnswer {
                let usual = ["Upload-Length": "2000", "Content-Type": "application/offset+octet-stream"]
                return try await user.tus(
                    "POST", "/media/uploads", usual.merging(headers) { $1 }, body: body, at: client)
            }
            let part = try await create([:], Array(whole[..<1_500]))
            #expect(part.status == 201 && part.headers["upload-offset"] == "1500", "\(part.text)")
            let path = try #require(part.headers["location"]).dropFirst("http://localhost:3000".count)
            let last = try await user.patch(String(path), at: 1_500, Array(whole[1_500...]), at: client)
            #expect(last.headers["upload-result"] != nil, "\(last.text)")
            let one = try await create([:], whole)
            #expect(one.status == 201 && one.headers["upload-offset"] == "2000", "\(one.text)")
            #expect(one.headers["upload-result"]?.contains("/media/track/") == true)

            expectMusiciansError(try await create(["Content-Type": "audio/wav"], whole), 415)
            expectMusiciansError(try await create(["Upload-Length": "1999"], whole), 413)
            expectMusiciansError(try await create([:], Array(repeating: 1, count: 2_000)), 400)
            let checksum = ["Upload-Checksum": "sha1 \(Data(count: 20).base64EncodedString())"]
            expectMusiciansError(try await create(checksum, whole), 460)
            #expect(try await uploads(of: user).isEmpty)
            #expect(try await user.media(in: product).count == 2)
        }

        @Test func `a terminated upload is gone, with its bytes`() async throws {
            let user = try await TestUser.register(at: client)
            let path = try await user.beginUpload(100, ["purpose": "other"], at: client)
            let id = try #require(path.split(separator: "/").last)
            #expect(try await user.patch(path, at: 0, Array(repeating: 1, count: 40), at: client).status == 204)
            #expect(product.files.contains { $0.contains(id) })
            #expect(try await user.tus("DELETE", path, at: client).status == 204)
            #expect(try await user.tus("HEAD", path, at: client).status == 404)
            expectMusiciansError(try await user.patch(path, at: 40, [1], at: client), 404, "Upload not found")
            expectMusiciansError(try await user.tus("DELETE", path, at: client), 404)
            try await eventually("its bytes are deleted", within: 30) { !product.files.contains { $0.contains(id) } }
        }

        @Test func `a file of another kind is refused by its first bytes`() async throws {
            let user = try await TestUser.register(at: client)
            let path = try await user.beginUpload(1 << 20, ["filename": "song.mp3"], at: client)
            let id = try #require(path.split(separator: "/").last)
            let answer = try await user.patch(path, at: 0, Picture.jpeg(byteCount: 2_000), at: client)
            expectMusiciansError(
                answer, 400, "File must be an MP3, WAV, OGG, Opus, FLAC, M4A or AAC recording")
            #expect(try await user.tus("HEAD", path, at: client).status == 404)
            try await eventually("its bytes are deleted", within: 30) { !product.files.contains { $0.contains(id) } }
        }

        private func uploads(of user: TestUser) async throws -> [String] {
            try await product.texts("SELECT id::text FROM uploads WHERE user_id = $1::text::uuid", [user.id])
        }
    }
}
