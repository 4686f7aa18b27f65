import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-52 to S1-55, S1-79, S1-81, X-25.
    struct AvatarUploadTests {
        let product = Product.current

        @Test func `an upload is answered with the worker's metadata`() async throws {
            let user = try await TestUser.register(at: product.client)
            // The answer waits two seconds for the worker, who on a busy machine may need more.
            let answer = try await eventually("a worker is that fast", within: 30) {
                let answer = try await user.upload(Picture.jpeg, to: product.client, called: "Я на море.jpg")
                #expect(answer.status == 200, "\(answer.text)")
                return answer.json["file"]["metadata"]["width"] != .null ? answer : nil
            }
            #expect(answer.json.names == ["success", "file"])
            #expect(answer.json["success"] == .bool(true))
            let file = answer.json["file"]
            #expect(
                file.names == [
                    "fileId", "userId", "type", "originalName", "fileName", "mimeType", "size", "url", "metadata",
                    "createdAt", "updatedAt",
                ])
            let id = try #require(file["fileId"].text)
            #expect(file["userId"].text == user.id)
            #expect(file["type"].text == "avatar")
            #expect(file["originalName"].text == "Я на море.jpg")
            // S1-81
            #expect(file["fileName"].text == "\(id).jpg")
            #expect(file["mimeType"].text == "image/jpeg")
            #expect(file["size"].number == Double(Picture.jpeg.count))
            #expect(file["url"].text == "http://localhost:3000/media/avatar/\(user.id)")
            // S1-55
            let metadata = file["metadata"]
            #expect(metadata.names == ["width", "height", "format", "placeholder", "color"])
            #expect((metadata["width"].number, metadata["height"].number) == (64, 32))
            #expect(metadata["format"].text == "jpeg")
            let placeholder = metadata["placeholder"].text.flatMap { Data(base64Encoded: $0) }
            #expect((5...32).contains(placeholder?.count ?? 0))
            #expect(metadata["color"].text?.wholeMatch(of: /#[0-9a-f]{6}/) != nil)
            for name in ["createdAt", "updatedAt"] {
                // S1-7
                #expect(file[name].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            }
            let status = try await user.status(of: id, at: product.client)
            #expect(status.status == 200)
            #expect(status.json["status"].text == "ready")
            #expect(status.json["file"] == file)
        }

        @Test func `a picture that every viewer shows is accepted`() async throws {
            let film: [UInt8] = (0..<8 << 20).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
            let fill: [UInt8] = [0xFF, 0xD8, 0xFF, 0xFF] + Picture.jpeg[3...]
            for bytes in [Picture.jpeg + film, fill, Picture.jpeg.dropLast(2)] as [[UInt8]] {
                let user = try await TestUser.register(at: product.client)
                try await user.replaceAvatar(bytes, at: product.client)
                let shown = try await product.client.get("/media/avatar/\(user.id)?size=1200").body
                #expect(WebPSize(of: shown) == WebPSize(64, 32))
            }
        }

        @Test func `the fields of the form may have any order, and the user id is optional`() async throws {
            let user = try await TestUser.register(at: product.client)
            var late = Form()
            late.add("file", file: Picture.jpeg, called: "me.jpg")
            late.add("type", "avatar")
            late.add("userId", user.id)
            #expect(try await user.send(late, to: product.client).status == 200)
            var nameless = Form()
            nameless.add("file", file: Picture.tallJPEG, called: "me.jpg")
            #expect(try await user.send(nameless, to: product.client).status == 200)
        }

        @Test func `a file name that is a path is only a name`() async throws {
            let user = try await TestUser.register(at: product.client)
            let answer = try await user.upload(Picture.jpeg, to: product.client, called: "../../etc/passwd")
            #expect(answer.json["file"]["originalName"].text == "passwd")
            #expect(answer.json["file"]["fileName"].text?.contains("passwd") == false)
        }

        // S1-58
        @Test func `a second avatar replaces the first`() async throws {
            let user = try await TestUser.register(at: product.client)
            let first = try await user.upload(Picture.jpeg, to: product.client).json["file"]["fileId"].text
            let firstName = try #require(first)
            try await eventually("the first is finished", within: 30) {
                product.files.count { $0.contains(firstName) } == 7
            }
            let second = try await user.upload(Picture.tallJPEG, to: product.client).json["file"]["fileId"].text
            let secondName = try #require(second)
            try await eventually("the second is the only one", within: 30) {
                try await user.media(in: product) == [secondName]
            }
            let found = try await user.status(of: secondName, at: product.client).json["file"]["metadata"]
            #expect(found["height"].number == 64)
            #expect(try await user.counters(in: product) == "1/\(Picture.tallJPEG.count)/\(secondName)")
            expectMusiciansError(try await user.status(of: firstName, at: product.client), 404)
            try await eventually("the first picture's files are removed") {
                !product.files.contains { $0.contains(firstName) }
            }
            #expect(product.files.count { $0.contains(secondName) } == 7)
        }

        @Test func `of many concurrent uploads the newest is served and the counters are right`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await withThrowingTaskGroup { group in
                for _ in 0..<12 { group.addTask { _ = try await user.upload(Picture.jpeg, to: product.client) } }
                try await group.waitForAll()
            }
            try await eventually("all work is done") {
                try await product.texts(
                    "SELECT id::text FROM media WHERE user_id = $1::text::uuid AND state = 'pending'", [user.id]
                ).isEmpty
            }
            let media = try await user.media(in: product)
            let newest = try #require(media.last)
            let counters = try await user.counters(in: product)
            #expect(counters == "\(media.count)/\(media.count * Picture.jpeg.count)/\(newest)")
        }

        // X-5, S1-5
        @Test func `an upload for another user or without a login is refused`() async throws {
            let user = try await TestUser.register(at: product.client)
            let otherUser = try await TestUser.register(at: product.client)
            var form = Form()
            form.add("file", file: Picture.jpeg, called: "me.jpg")
            form.add("userId", otherUser.id)
            expectMusiciansError(try await user.send(form, to: product.client), 403)
            for authorization in [[:], ["Authorization": "Bearer x.y.z"]] {
                let headers = ["Content-Type": form.contentType].merging(authorization) { $1 }
                let answer = try await product.client.send(
                    ProductRequest("POST", "/media/upload/avatar", headers: headers, body: form.bytes))
                expectMusiciansError(answer, 401)
            }
            for victim in [user, otherUser] {
                #expect(try await victim.media(in: product).isEmpty)
                expectMusiciansError(try await product.client.get("/media/avatar/\(victim.id)"), 404)
            }
        }

        @Test func `only the owner reads the status of a file`() async throws {
            let user = try await TestUser.register(at: product.client)
            let otherUser = try await TestUser.register(at: product.client)
            let id = try await user.upload(Picture.jpeg, to: product.client).json["file"]["fileId"].text
            let file = try #require(id)
            expectMusiciansError(try await otherUser.status(of: file, at: product.client), 404)
            expectMusiciansError(try await user.status(of: otherUser.id, at: product.client), 404)
            expectMusiciansError(try await user.status(of: "no-id", at: product.client), 400)
            expectMusiciansError(try await product.client.get("/media/file/\(file)/status"), 401)
        }
    }
}
