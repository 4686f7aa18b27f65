import TestSupport
import Testing

/// Rules that need a product of their own.
@Suite("Limits of resumable uploads", .showingOutput) struct ResumableUploadLimitTests {
    @Test func `an upload that gets no byte for too long has expired, and is removed`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .maintenance]
        options.environment = ["UPLOAD_EXPIRY_SECONDS": "2"]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            let path = try await user.beginUpload(100, ["purpose": "other"], at: product.client)
            let answer = try await user.patch(path, at: 0, Array(repeating: 1, count: 40), at: product.client)
            #expect(answer.headers["upload-expires"] != nil)
            #expect(product.files.count == 1)
            try await eventually("it expires") {
                try await user.tus("HEAD", path, at: product.client).status == 410
            }
            expectMusiciansError(try await user.patch(path, at: 40, [1], at: product.client), 410)
            try await product.recordLastRun(of: "prune uploads", daysAgo: 2)
            try await product.add(.scheduler)
            try await eventually("it is removed", within: 30) { product.files.isEmpty }
            #expect(try await user.tus("HEAD", path, at: product.client).status == 404)
        }
    }

    // S1-61
    @Test func `an upload in parts counts as one in a form when it begins`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        options.isRateLimited = true
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            let whole = Recording.wav(byteCount: 10_000)
            for _ in 0..<4 { _ = try await user.beginUpload(whole.count, [:], at: product.client) }
            let path = try await user.beginUpload(whole.count, [:], at: product.client)
            for start in 0..<9 {
                let part = Array(whole[start * 1_000..<(start + 1) * 1_000])
                #expect(try await user.patch(path, at: start * 1_000, part, at: product.client).status == 204)
            }
            expectMusiciansError(
                try await user.tus("POST", "/media/uploads", ["Upload-Length": "10"], at: product.client), 429)
            expectMusiciansError(
                try await user.upload("track", whole, called: "a.wav", to: product.client), 429)
            _ = try await user.beginUpload(10, ["purpose": "cover"], at: product.client)
        }
    }
}
