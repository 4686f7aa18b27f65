import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S2-137 to S2-143, X-27: `POST /api/v1/media/upload`.
    struct PictureUploadTests {
        let product = Product.current

        @Test func `a picture is made WebP that fits 1200 pixels, is shown by a post and deleted with its owner`()
            async throws
        {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            for (picture, size) in [
                (Picture.png(2_400, 600), WebPSize(1_200, 300)), (Picture.jpeg, WebPSize(64, 32)),
                (Picture.revealingJPEG, nil),
            ] {
                let answer = try await user.upload(picture: picture, to: product.client)
                #expect(answer.status == 201 && answer.json.names == ["url"], "\(answer.text)")
                let url = try #require(answer.json["url"].text)
                // S2-140
                let pattern = /http:\/\/localhost:3000(\/media\/file\/([0-9a-f\-]{36})\/[0-9a-f\-]{36}\.webp)/
                let match = url.wholeMatch(of: pattern)
                let path = try #require(match.map { String($0.1) }, "\(url)")
                #expect(match.map { String($0.2) } == user.id)
                let shown = try await eventually("the picture is served") {
                    let answer = try await product.client.get(path, headers: ["Accept": "image/jpeg"])
                    return answer.status == 200 ? answer : nil
                }
                #expect(shown.headers["content-type"] == "image/webp")
                if let size { #expect(WebPSize(of: shown.body) == size) }
                #expect(!String(decoding: shown.body, as: UTF8.self).contains(Picture.secret))
                let part = try await product.client.get(path, headers: ["Range": "bytes=0-3"])
                #expect(part.status == 206 && part.body == Array("RIFF".utf8))
                let created = try await user.ask(
                    "POST", "/posts", json: #"{"content":"Look","mediaUrls":["\#(url)"],"mediaType":"IMAGE"}"#,
                    at: product.client)
                #expect(created.status == 201 && created.text.contains(url), "\(created.text)")
                let other = try await TestUser.registerOnSocialPlay(at: product.client)
                expectSocialPlayError(
                    try await other.ask(
                        "POST", "/posts", json: #"{"content":"Mine","mediaUrls":["\#(url)"]}"#, at: product.client),
                    400)
                if size == nil {
                    let closed = try await user.ask("DELETE", "/users/me", at: product.client)
                    #expect(closed.status < 300, "\(closed.text)")
                    #expect(try await product.client.get(path).status == 404)
                    try await eventually("the files are gone", within: 60) {
                        !product.files.contains { $0.contains(user.id) }
                    }
                }
            }
        }

        // X-27
        @Test func `films and documents are addresses`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            for type in ["VIDEO", "DOCUMENT"] {
                let json = #"{"content":"Look","mediaUrls":["https://example.com/a"],"mediaType":"\#(type)"}"#
                let created = try await user.ask("POST", "/posts", json: json, at: product.client)
                #expect(created.status == 201 && created.json["mediaType"].text == type, "\(created.text)")
            }
        }

        @Test func `what is no picture, too large, broken or a bomb is refused, and nothing stays`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let client = product.client
            #expect(try await client.send(ProductRequest("POST", "/api/v1/media/upload")).status == 401)
            for bytes in [
                Picture.gif, Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8), Array("MZ".utf8),
                Recording.wav(byteCount: 2_000), Array("GIF89a".utf8) + Picture.jpeg,
            ] {
                expectSocialPlayError(try await user.upload(picture: bytes, to: client), 400, "Invalid file type")
            }
            // S2-137
            let limit = 10 * 1_024 * 1_024
            expectSocialPlayError(
                try await user.upload(picture: Picture.jpeg(byteCount: limit + 1), to: client), 413)
            #expect(try await user.upload(picture: Picture.jpeg(byteCount: limit), to: client).status == 201)
            expectSocialPlayError(try await user.upload(picture: [], to: client), 400, "File is required")
            var other = Form()
            other.add("picture", file: Picture.jpeg, called: "a.jpg")
            expectSocialPlayError(try await user.send(picture: other, to: client), 400, "File is required")
            var form = Form()
            form.add("file", file: Picture.jpeg, called: "a.jpg")
            let headers = ["Authorization": "Bearer \(user.accessToken)", "Content-Type": form.contentType]
            for cut in [0, 1, 40, 150, 300, form.bytes.count - 40, form.bytes.count - 5] {
                let answer = try await client.send(
                    ProductRequest(
                        "POST", "/api/v1/media/upload", headers: headers, body: Array(form.bytes.prefix(cut))))
                expectSocialPlayError(answer, 400)
            }
            form.add("file", file: Picture.jpeg, called: "b.jpg")
            expectSocialPlayError(try await user.send(picture: form, to: client), 400, "Send one file at a time")
            let json = try await client.ask("POST", "/api/v1/media/upload", json: "{}", token: user.accessToken)
            #expect((400..<500).contains(json.status), "\(json.text)")
            // A worker finds what is inside; the answer may come before it has.
            let bomb = Picture.png(claiming: 60_000, by: 60_000)
            let broken: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 0, count: 600)
            for bytes in [bomb, broken] {
                let answer = try await user.upload(picture: bytes, to: client)
                if answer.status != 201 { expectSocialPlayError(answer, 400) }
            }
            try await eventually("the worker has refused both", within: 60) {
                let states = try await product.texts(
                    "SELECT state FROM media WHERE user_id = $1::text::uuid ORDER BY state", [user.id])
                return states == ["failed", "failed", "ready"]
            }
            let count = try await product.texts(
                "SELECT media_count::text FROM profiles WHERE user_id = $1::text::uuid", [user.id])
            #expect(count == ["1"])
            for name in ["x.webp", "\(UUID().uuidString.lowercased()).webp", "\(UUID().uuidString.lowercased()).jpg"] {
                #expect(try await client.get("/media/file/\(user.id)/\(name)").status == 404)
            }
        }

        // S2-137
        @Test func `a picture is refused when the quota of its user is used up, and taken again below it`()
            async throws
        {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            for (count, status) in [(1_000_000, 413), (0, 201)] {
                _ = try await product.texts(
                    "UPDATE profiles SET media_count = \(count) WHERE user_id = $1::text::uuid", [user.id])
                let answer = try await user.upload(picture: Picture.jpeg, to: product.client)
                #expect(answer.status == status, "\(answer.text)")
                if status == 413 {
                    expectSocialPlayError(answer, 413)
                    #expect(try await pictures(of: user) == "0")
                }
            }
            #expect(try await pictures(of: user) == "1")
        }

        // S2-137
        @Test func `an upload whose body trickles is ended, and nothing of it stays`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let client = try RawClient(port: product.client.port, seconds: 120)
            var form = Form()
            form.add("file", file: Picture.jpeg(byteCount: 1_000_000), called: "a.jpg")
            try await client.send(
                "POST /api/v1/media/upload HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(user.accessToken)\r\n"
                    + "Content-Type: \(form.contentType)\r\nContent-Length: \(form.bytes.count)\r\n\r\n")
            try await client.send(Array(form.bytes.prefix(2_000)))
            async let end = client.readToEnd()
            // A minute and a half, if the server does not end the connection.
            await #expect(throws: (any Error).self) {
                for byte in form.bytes[2_000..<2_900] {
                    try await client.send([byte])
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            // The connection ends regularly, or is reset.
            let answer = String(decoding: (try? await end) ?? [], as: UTF8.self)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
            #expect(try await pictures(of: user) == "0")
            try await eventually("nothing is received any more", within: 60) { !product.isReceiving }
        }

        private func pictures(of user: TestUser) async throws -> String? {
            try await product.texts(
                "SELECT count(*)::text FROM media WHERE user_id = $1::text::uuid", [user.id]
            ).first
        }
    }
}

extension TestUser {
    /// Uploads a picture for posts and messages.
    func upload(picture: [UInt8], to client: ProductClient) async throws -> ProductAnswer {
        var form = Form()
        form.add("file", file: picture, called: "a.jpg")
        return try await send(picture: form, to: client)
    }

    func send(picture form: Form, to client: ProductClient) async throws -> ProductAnswer {
        let headers = ["Authorization": "Bearer \(accessToken)", "Content-Type": form.contentType]
        return try await client.send(
            ProductRequest("POST", "/api/v1/media/upload", headers: headers, body: form.bytes))
    }
}
