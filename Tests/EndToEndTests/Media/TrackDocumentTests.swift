import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// Tracks, covers and other files, as the musicians' document shows them.
    struct TrackDocumentTests {
        let product = Product.current
        private var client: ProductClient { product.client }
        private static let base = "http://localhost:3000"

        // S1-59, S1-60, S1-79, S1-80, S1-81, S1-144 to S1-151, S1-156
        @Test func `an uploaded track is described as the document shows`() async throws {
            let user = try await TestUser.register(at: client)
            let whole = Recording.mp3(frames: 100)
            let fields = ["userId": user.id, "type": "track"]
            let answer = try await user.upload("track", whole, called: "my-song.mp3", fields, to: client)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
            #expect(answer.json.names == ["success", "file"])
            #expect(answer.json["success"] == .bool(true))
            let file = answer.json["file"]
            let id = try #require(file["fileId"].text)
            #expect(UUID(uuidString: id) != nil && id == id.lowercased())
            #expect(file["userId"].text == user.id)
            #expect(file["type"].text == "track")
            #expect(file["originalName"].text == "my-song.mp3")
            #expect(file["fileName"].text == "\(id).mp3")
            #expect(file["mimeType"].text == "audio/mpeg")
            #expect(file["size"].number == Double(whole.count))
            #expect(file["url"].text == "\(Self.base)/media/track/\(id)")
            for name in ["createdAt", "updatedAt"] {
                #expect(file[name].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            }
            // S1-152
            let others = file.names.subtracting([
                "fileId", "userId", "type", "originalName", "fileName", "mimeType", "size", "url", "createdAt",
                "updatedAt",
            ])
            #expect(others.isSubset(of: ["metadata"]))
            // S1-62
            #expect(try await user.tracksCount(in: product) == "1")
            #expect(try await activities(of: user) == ["track_published"])
        }

        // S1-59, S1-67
        @Test(arguments: [("a.mp3", "audio/mpeg"), ("a.wav", "audio/wav")])
        func `a track is served with its type, whatever its name`(name: String, type: String) async throws {
            let user = try await TestUser.register(at: client)
            let whole = name == "a.mp3" ? Recording.mp3(frames: 30) : Recording.wav(byteCount: 9_000)
            let id = try await track(whole, called: "renamed.bin", by: user)
            let answer = try await client.get("/media/track/\(id)")
            #expect(answer.status == 200)
            #expect(answer.body == whole)
            #expect(answer.headers["content-type"] == type)
            #expect(answer.headers["accept-ranges"] == "bytes")
            #expect(answer.headers["content-length"] == "\(whole.count)")
            // S1-125
            #expect(answer.headers["x-content-type-options"] == "nosniff")
        }

        // S1-66, S1-68, S1-106, S1-124
        @Test func `ranges of a track are exactly those of the document, and together the whole`() async throws {
            let user = try await TestUser.register(at: client)
            let whole = Recording.wav(byteCount: 5_242_880)
            let id = try await track(whole, called: "a.wav", by: user)
            let first = try await client.get("/media/track/\(id)", headers: ["Range": "bytes=0-1048575"])
            #expect(first.status == 206)
            #expect(first.headers["content-range"] == "bytes 0-1048575/5242880")
            #expect(first.headers["content-length"] == "1048576")
            #expect(first.headers["x-content-type-options"] == "nosniff")
            var joined = first.body
            var sizes = [1, 999_999, 1_048_576, 65_537].makeIterator()
            while joined.count < whole.count {
                let last = sizes.next().map { min(joined.count + $0, whole.count) - 1 }
                let range = "bytes=\(joined.count)-\(last.map(String.init) ?? "")"
                let part = try await client.get("/media/track/\(id)", headers: ["Range": range])
                #expect(part.status == 206)
                joined += part.body
            }
            #expect(joined == whole)
            let beyond = try await client.get("/media/track/\(id)", headers: ["Range": "bytes=5242880-"])
            #expect(beyond.status == 416)
            #expect(beyond.headers["content-range"] == "bytes */5242880")
        }

        // S1-69, S1-71, S1-72
        @Test func `what does not exist is 404 in the document's words`() async throws {
            let id = UUID().uuidString.lowercased()
            for (path, words) in [
                ("/media/track/\(id)", "Track not found"), ("/media/cover/\(id)", "Cover not found"),
                ("/media/file/\(id)", "File not found"), ("/media/avatar/\(id)", "Avatar not found"),
            ] {
                let answer = try await client.get(path)
                #expect(answer.status == 404)
                #expect(answer.text == #"{"success":false,"error":"\#(words)"}"#)
            }
        }

        // S1-63, S1-64, S1-71
        @Test func `a cover is shown beside its track`() async throws {
            let user = try await TestUser.register(at: client)
            let id = try await track(Recording.wav(byteCount: 4_000), called: "a.wav", by: user)
            let answer = try await user.upload(
                "cover", Picture.jpeg, called: "cover.jpg", ["userId": user.id, "trackId": id], to: client)
            #expect(answer.status == 200, "\(answer.text)")
            let file = answer.json["file"]
            let cover = try #require(file["fileId"].text)
            #expect(file["type"].text == "cover" && file["mimeType"].text == "image/jpeg")
            #expect(file["url"].text == "\(Self.base)/media/file/\(cover)")
            try await eventually("the cover is shown", within: 30) {
                try await client.get("/media/cover/\(id)").status == 200
            }
            for path in ["/media/cover/\(id)", "/media/file/\(cover)"] {
                let shown = try await client.get(path)
                #expect(shown.headers["content-type"] == "image/webp")
                #expect(shown.headers["x-content-type-options"] == "nosniff")
                #expect(WebPSize(of: shown.body) == WebPSize(64, 32))
            }
            // S1-155
            let status = try await user.status(of: cover, at: client)
            #expect(status.json["file"]["metadata"]["width"].number == 64)
            #expect(status.json["file"]["metadata"]["height"].number == 32)
        }

        // S1-72, S1-82, S1-123
        @Test func `another file has the type other, and an address of its own`() async throws {
            let user = try await TestUser.register(at: client)
            let whole = Recording.wav(byteCount: 6_000)
            let answer = try await user.upload("file", whole, called: "podcast.wav", ["userId": user.id], to: client)
            let file = answer.json["file"]
            let id = try #require(file["fileId"].text)
            #expect(file["type"].text == "other")
            #expect(file["url"].text == "\(Self.base)/media/file/\(id)")
            let stored = try await client.get("/media/file/\(id)")
            #expect(stored.body == whole && stored.headers["content-type"] == "audio/wav")
            #expect(try await user.tracksCount(in: product) == "0")
            #expect(try await client.get("/media/track/\(id)").status == 404)
        }

        // S1-73 to S1-78, S1-110, S1-120
        @Test(arguments: ["track", "file"])
        func `a track is deleted by both addresses, once, by its owner, with its counter`(route: String) async throws {
            let (user, other) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let id = try await track(Recording.wav(byteCount: 4_000), called: "a.wav", by: user)
            #expect(try await user.tracksCount(in: product) == "1")
            let path = "/media/\(route)/\(id)"
            expectMusiciansError(try await client.ask("DELETE", path, token: other.accessToken), 404, "File not found")
            expectMusiciansError(try await client.ask("DELETE", path), 401)
            let answer = try await client.ask("DELETE", path, token: user.accessToken)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"success":true}"#)
            let again = try await client.ask("DELETE", path, token: user.accessToken)
            #expect(again.status == 404)
            #expect(again.text == #"{"success":false,"error":"File not found"}"#)
            #expect(try await user.tracksCount(in: product) == "0")
            #expect(try await activities(of: user).isEmpty)
            expectMusiciansError(try await client.get("/media/track/\(id)"), 404, "Track not found")
            #expect(try await user.media(in: product).isEmpty)
            try await eventually("its bytes are deleted", within: 30) { !product.files.contains { $0.contains(id) } }
            let events = try await product.texts(
                "SELECT kind FROM domain_events WHERE subject = $1::text::uuid ORDER BY position", [user.id])
            #expect(events == ["UserRegistered", "media.track.uploaded", "media.track.deleted"])
        }

        // S1-105, X-5
        @Test func `the document's form of an avatar is accepted with a token, and refused without one`() async throws {
            let user = try await TestUser.register(at: client)
            var form = Form()
            form.add("file", file: Picture.jpeg, called: "avatar.jpg")
            form.add("userId", user.id)
            let anonymous = try await client.send(
                ProductRequest(
                    "POST", "/media/upload/avatar", headers: ["Content-Type": form.contentType], body: form.bytes))
            expectMusiciansError(anonymous, 401)
            let answer = try await user.send(form, to: client)
            #expect(answer.json["success"] == .bool(true))
            #expect(answer.json["file"]["url"].text == "\(Self.base)/media/avatar/\(user.id)")
        }

        private func track(_ bytes: [UInt8], called name: String, by user: TestUser) async throws -> String {
            let answer = try await user.upload("track", bytes, called: name, to: client)
            #expect(answer.status == 200, "\(answer.text)")
            return try #require(answer.json["file"]["fileId"].text)
        }

        private func activities(of user: TestUser) async throws -> [String] {
            try await product.texts(
                "SELECT action FROM activities WHERE actor_id = $1::text::uuid ORDER BY created_at", [user.id])
        }
    }
}

/// S1-57, S1-61, S1-63, S1-100.
@Suite("Limits of uploads", .showingOutput) struct UploadLimitTests {
    @Test(arguments: [("avatar", 10), ("track", 5), ("cover", 10)])
    func `of more uploads in a minute than the document allows the next is refused`(kind: String, limit: Int)
        async throws
    {
        var options = ProductOptions()
        options.isRateLimited = true
        options.kinds = [.api]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            // A refused file counts too, and needs no worker.
            for _ in 0..<limit {
                expectMusiciansError(try await user.upload(kind, [1, 2, 3], called: "a", to: product.client), 400)
            }
            let refused = try await user.upload(kind, [1, 2, 3], called: "a", to: product.client)
            expectMusiciansError(refused, 429)
            #expect(refused.headers["retry-after"].flatMap { Int($0) }.map { (1...60).contains($0) } == true)
            let other = try await TestUser.register(at: product.client)
            expectMusiciansError(try await other.upload(kind, [1, 2, 3], called: "a", to: product.client), 400)
        }
    }
}
