import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-53, S1-56.
    struct AvatarRefusalTests {
        let product = Product.current

        @Test func `a form without a file is refused`() async throws {
            let user = try await TestUser.register(at: product.client)
            var form = Form()
            expectMusiciansError(try await user.send(form, to: product.client), 400, "File is required")
            form.add("userId", user.id)
            expectMusiciansError(try await user.send(form, to: product.client), 400, "File is required")
            form.add("file", file: [], called: "me.jpg")
            expectMusiciansError(try await user.send(form, to: product.client), 400, "File is required")
            try await expectNothingLeft(of: user)
        }

        @Test(arguments: [
            ("a text", Array("This is only called a picture, but it is long enough to be looked at.".utf8)),
            ("a GIF", Picture.gif), ("a page", Array("<!DOCTYPE html><script>alert(1)</script>".utf8)),
            ("a drawing", Array(#"<svg xmlns="http://www.w3.org/2000/svg"/>"#.utf8)), ("one byte", [0xFF]),
            ("a program", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ])
        func `a file that is no JPEG, PNG or WebP is refused, whatever its name`(what: String, bytes: [UInt8])
            async throws
        {
            let user = try await TestUser.register(at: product.client)
            expectMusiciansError(
                try await user.upload(bytes, to: product.client), 400, "File must be a JPEG, PNG or WebP picture")
            try await expectNothingLeft(of: user)
        }

        @Test(arguments: [11 << 20, (10 << 20) + 1])
        func `a picture of more than ten megabytes is refused`(size: Int) async throws {
            let user = try await TestUser.register(at: product.client)
            expectMusiciansError(try await user.upload(Picture.jpeg(byteCount: size), to: product.client), 413)
            try await expectNothingLeft(of: user)
        }

        @Test func `a picture of ten megabytes is accepted`() async throws {
            let user = try await TestUser.register(at: product.client)
            let answer = try await user.upload(Picture.jpeg(byteCount: 10 << 20), to: product.client)
            #expect(answer.status == 200, "\(answer.text)")
        }

        @Test(arguments: [
            ("30,000 x 30,000 pixels", Picture.png(claiming: 30_000, by: 30_000)),
            ("no pixels", Picture.png(claiming: 0, by: 0)),
            ("few of its pixels", Picture.png(claiming: 500, by: 500)),
            ("half of its file", Array(Picture.jpeg.prefix(200))),
            ("its beginning", Array(Picture.jpeg.prefix(20))),
        ])
        func `a picture that cannot be read is refused with the reason`(has: String, bytes: [UInt8]) async throws {
            let user = try await TestUser.register(at: product.client)
            let answer = try await user.upload(bytes, to: product.client)
            expectMusiciansError(answer, 400)
            let reason = try #require(answer.json["error"].text)
            #expect(reason.hasPrefix("The picture"))
            let file = try #require(try await user.media(in: product).first)
            let status = try await user.status(of: file, at: product.client)
            #expect(status.status == 200)
            #expect(status.json["status"].text == "failed")
            #expect(status.json["reason"].text == reason)
            expectMusiciansError(try await product.client.get("/media/avatar/\(user.id)"), 404)
            #expect(try await user.openJobs(in: product).isEmpty)
        }

        @Test func `a picture that cannot be read leaves the avatar in place`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let before = try await product.client.get("/media/avatar/\(user.id)")
            expectMusiciansError(try await user.upload(Array(Picture.tallJPEG.prefix(200)), to: product.client), 400)
            #expect(try await product.client.get("/media/avatar/\(user.id)").body == before.body)
            // The next good one cleans up after both.
            try await user.replaceAvatar(Picture.tallJPEG, at: product.client)
            #expect(try await user.media(in: product).count == 1)
        }

        @Test(arguments: ["application/json", "image/jpeg", "multipart/mixed; boundary=x", "multipart/form-data"])
        func `a body that is no form is refused`(type: String) async throws {
            let user = try await TestUser.register(at: product.client)
            let headers = ["Authorization": "Bearer \(user.accessToken)", "Content-Type": type]
            let answer = try await product.client.send(
                ProductRequest("POST", "/media/upload/avatar", headers: headers, body: Picture.jpeg))
            expectMusiciansError(answer, 415)
        }

        @Test func `a form that ends too early is refused`() async throws {
            let user = try await TestUser.register(at: product.client)
            var form = Form()
            form.add("file", file: Picture.jpeg, called: "me.jpg")
            let headers = ["Authorization": "Bearer \(user.accessToken)", "Content-Type": form.contentType]
            for count in [0, 10, 100, form.bytes.count - 60] {
                let answer = try await product.client.send(
                    ProductRequest(
                        "POST", "/media/upload/avatar", headers: headers, body: Array(form.bytes.prefix(count))))
                expectMusiciansError(answer, 400)
            }
            try await expectNothingLeft(of: user)
        }

        private func expectNothingLeft(
            of user: TestUser, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            #expect(try await user.media(in: product).isEmpty, sourceLocation: sourceLocation)
            #expect(try await user.counters(in: product) == "0/0", sourceLocation: sourceLocation)
        }
    }
}
