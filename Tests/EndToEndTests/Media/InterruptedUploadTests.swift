import Foundation
import TestSupport
import Testing

/// Temporary files are never left behind: S1-77, and after whatever ends an upload.
@Suite("Interrupted uploads", .showingOutput) struct InterruptedUploadTests {
    private static let whole = Recording.wav(byteCount: 4 << 20)

    @Test(arguments: [false, true])
    func `of an upload whose API is killed nothing is left`(isInParts: Bool) async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            let head: String
            var body = Self.whole
            if isInParts {
                let path = try await user.beginUpload(Self.whole.count, [:], at: product.client)
                head = Self.head("PATCH", path, user, "application/offset+octet-stream", body.count)
            } else {
                var form = Form()
                form.add("file", file: Self.whole, called: "a.wav")
                body = form.bytes
                head = Self.head("POST", "/media/upload/track", user, form.contentType, body.count)
            }
            let client = try RawClient(port: product.client.port)
            try await client.send(Array(head.utf8) + body.prefix(3 << 20))
            try await eventually("it is received", within: 30) { product.isReceiving }
            await product.process(.api).kill()
            #expect(product.stagedFiles.isEmpty)
            #expect(product.files.isEmpty)
            #expect(try await user.media(in: product).isEmpty)
            try await product.process(.api).start()
            let again = try await user.upload("track", Self.whole, called: "a.wav", to: product.client)
            #expect(again.status == 200, "\(again.text)")
            #expect(product.files.count == 1 && product.stagedFiles.isEmpty)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small disk"))
    func `a full disk refuses an upload, keeps nothing of it, and takes the next that fits`() async throws {
        var options = ProductOptions()
        options.kinds = []
        try await Product.run(options) { product in
            try await SmallDisk.mounted(at: "\(product.directory)/data/media", megabytes: 3) {
                try await product.add(.api)
                try await product.add(.maintenance)
                let user = try await TestUser.register(at: product.client)
                let refused = try await user.upload("track", Self.whole, called: "a.wav", to: product.client)
                expectMusiciansError(refused, 503)
                #expect(product.files.isEmpty && product.stagedFiles.isEmpty)

                let large = try await user.beginUpload(Self.whole.count, [:], at: product.client)
                expectMusiciansError(try await user.patch(large, at: 0, Self.whole, at: product.client), 503)
                #expect(try await user.offset(of: large, at: product.client) == 0)
                #expect(product.files.isEmpty && product.stagedFiles.isEmpty)

                // Room for the parts, and not for the file beside them.
                let half = Recording.wav(byteCount: 2 << 20)
                let path = try await user.beginUpload(half.count, [:], at: product.client)
                expectMusiciansError(try await user.patch(path, at: 0, half, at: product.client), 503)
                #expect(try await user.tus("HEAD", path, at: product.client).status == 503)
                #expect(product.files.count == 1 && product.stagedFiles.isEmpty)
                #expect(try await user.tus("DELETE", path, at: product.client).status == 204)
                try await eventually("its parts are deleted", within: 30) { product.files.isEmpty }

                let small = try await user.upload("track", half, called: "a.wav", to: product.client)
                #expect(small.status == 200, "\(small.text)")
                #expect(try await user.media(in: product).count == 1)
                await product.process(.api).kill()
            }
        }
    }

    private static func head(
        _ method: String, _ path: String, _ user: TestUser, _ type: String, _ count: Int
    ) -> String {
        """
        \(method) \(path) HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer \(user.accessToken)\r
        Tus-Resumable: 1.0.0\r
        Upload-Offset: 0\r
        Content-Type: \(type)\r
        Content-Length: \(count)\r
        \r

        """
    }
}
