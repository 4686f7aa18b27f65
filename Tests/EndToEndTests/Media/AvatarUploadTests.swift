import TestSupport
import Testing

extension SharedProduct {
    /// S1-52 to S1-55, S1-79, S1-81, X-25.
    struct AvatarUploadTests {
        let product = Product.current

        @Test func `an upload is answered with what the worker found`() async throws {
            let person = try await Person.register(at: product.client)
            // The answer waits two seconds for the worker, who on a busy machine may need more.
            let answer = try await eventually("a worker is that fast", within: 30) {
                let answer = try await person.upload(Picture.jpeg, to: product.client, called: "Я на море.jpg")
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
            #expect(file["userId"].text == person.id)
            #expect(file["type"].text == "avatar")
            #expect(file["originalName"].text == "Я на море.jpg")
            // S1-81
            #expect(file["fileName"].text == "\(id).jpg")
            #expect(file["mimeType"].text == "image/jpeg")
            #expect(file["size"].number == Double(Picture.jpeg.count))
            #expect(file["url"].text == "http://localhost:3000/media/avatar/\(person.id)")
            // S1-55
            #expect(
                file["metadata"] == .object(["width": .number(64), "height": .number(32), "format": .text("jpeg")]))
            for name in ["createdAt", "updatedAt"] {
                // S1-7
                #expect(file[name].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            }
            let status = try await person.status(of: id, at: product.client)
            #expect(status.status == 200)
            #expect(status.json["status"].text == "ready")
            #expect(status.json["file"] == file)
        }

        @Test func `the fields of the form may come in any order, and nobody needs to say who they are`() async throws {
            let person = try await Person.register(at: product.client)
            var late = Form()
            late.add("file", file: Picture.jpeg, called: "me.jpg")
            late.add("type", "avatar")
            late.add("userId", person.id)
            #expect(try await person.send(late, to: product.client).status == 200)
            var nameless = Form()
            nameless.add("file", file: Picture.tallJPEG, called: "me.jpg")
            #expect(try await person.send(nameless, to: product.client).status == 200)
        }

        @Test func `a name that means a path is only a name`() async throws {
            let person = try await Person.register(at: product.client)
            let answer = try await person.upload(Picture.jpeg, to: product.client, called: "../../etc/passwd")
            #expect(answer.json["file"]["originalName"].text == "passwd")
            #expect(answer.json["file"]["fileName"].text?.contains("passwd") == false)
        }

        // S1-58
        @Test func `a second picture replaces the first`() async throws {
            let person = try await Person.register(at: product.client)
            let first = try await person.upload(Picture.jpeg, to: product.client).json["file"]["fileId"].text
            let firstName = try #require(first)
            try await eventually("the first is finished", within: 30) {
                product.files.count { $0.contains(firstName) } == 4
            }
            let second = try await person.upload(Picture.tallJPEG, to: product.client).json["file"]["fileId"].text
            let secondName = try #require(second)
            try await eventually("the second is the only one", within: 30) {
                try await person.media(in: product) == [secondName]
            }
            let found = try await person.status(of: secondName, at: product.client).json["file"]["metadata"]
            #expect(found["height"].number == 64)
            #expect(try await person.counters(in: product) == "1/\(Picture.tallJPEG.count)/\(secondName)")
            expectRefusal(try await person.status(of: firstName, at: product.client), 404)
            try await eventually("the first picture's files are removed") {
                !product.files.contains { $0.contains(firstName) }
            }
            #expect(product.files.count { $0.contains(secondName) } == 4)
        }

        @Test func `of many pictures at once the newest is shown and the counters are right`() async throws {
            let person = try await Person.register(at: product.client)
            try await withThrowingTaskGroup { group in
                for _ in 0..<12 { group.addTask { _ = try await person.upload(Picture.jpeg, to: product.client) } }
                try await group.waitForAll()
            }
            try await eventually("all work is done") {
                try await product.texts(
                    "SELECT id::text FROM media WHERE user_id = $1::text::uuid AND state = 'pending'", [person.id]
                ).isEmpty
            }
            let media = try await person.media(in: product)
            let newest = try #require(media.last)
            let counters = try await person.counters(in: product)
            #expect(counters == "\(media.count)/\(media.count * Picture.jpeg.count)/\(newest)")
        }

        // X-5, S1-5
        @Test func `nobody uploads for somebody else or without being logged in`() async throws {
            let person = try await Person.register(at: product.client)
            let somebody = try await Person.register(at: product.client)
            var form = Form()
            form.add("file", file: Picture.jpeg, called: "me.jpg")
            form.add("userId", somebody.id)
            expectRefusal(try await person.send(form, to: product.client), 403)
            for authorization in [[:], ["Authorization": "Bearer x.y.z"]] {
                let headers = ["Content-Type": form.contentType].merging(authorization) { $1 }
                let answer = try await product.client.send(
                    ProductRequest("POST", "/media/upload/avatar", headers: headers, body: form.bytes))
                expectRefusal(answer, 401)
            }
            for victim in [person, somebody] {
                #expect(try await victim.media(in: product).isEmpty)
                expectRefusal(try await product.client.get("/media/avatar/\(victim.id)"), 404)
            }
        }

        @Test func `only the owner sees what became of a file`() async throws {
            let person = try await Person.register(at: product.client)
            let somebody = try await Person.register(at: product.client)
            let id = try await person.upload(Picture.jpeg, to: product.client).json["file"]["fileId"].text
            let file = try #require(id)
            expectRefusal(try await somebody.status(of: file, at: product.client), 404)
            expectRefusal(try await person.status(of: somebody.id, at: product.client), 404)
            expectRefusal(try await person.status(of: "no-id", at: product.client), 400)
            expectRefusal(try await product.client.get("/media/file/\(file)/status"), 401)
        }
    }
}
