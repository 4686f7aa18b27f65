import Chassis
import Foundation
import TestSupport
import Testing

/// Uploads with tuspy over connections that break, to processes that die. `make conformance` does it with 200 MB.
@Suite("Uploads by tuspy", .showingOutput) struct TusClientTests {
    private static var options: ProductOptions {
        var options = ProductOptions()
        options.kinds = [.api, .maintenance]
        return options
    }

    @Test(arguments: [false, true])
    func `a track survives a connection that breaks anywhere`(hasChecksum: Bool) async throws {
        try await withTrack { product, user, track in
            let proxy = try FaultProxy(to: product.client.port)
            defer { proxy.close() }
            var random = SystemRandomNumberGenerator()
            let cuts = (0..<10).map { _ in Int.random(in: 1..<track.count, using: &random) }
            proxy.cutRequests(at: cuts)
            let (path, failures) = try await tuspy(
                track, piece: track.count / 8, hasChecksum: hasChecksum, by: user, over: proxy, in: product)
            #expect(proxy.cutsToCome == 0, "cuts at \(cuts)")
            #expect(failures >= 1, "cuts at \(cuts)")
            try await expect(track, at: path, of: user, in: product)
        }
    }

    @Test func `one request that breaks off goes on where it broke off`() async throws {
        try await withTrack { product, user, track in
            let proxy = try FaultProxy(to: product.client.port)
            defer { proxy.close() }
            proxy.cutRequests(at: (1..<8).map { track.count * $0 / 8 })
            let (path, failures) = try await tuspy(
                track, piece: track.count, hasChecksum: false, by: user, over: proxy, in: product)
            // More if the client asked for the offset before the server had kept what came.
            #expect(failures >= 7)
            // No byte that arrived was sent again: what is lost is what was on its way.
            #expect(proxy.requestBytes < track.count + 7 * (1 << 20), "\(proxy.requestBytes)")
            try await expect(track, at: path, of: user, in: product)
        }
    }

    @Test func `answers that are lost cost no bytes`() async throws {
        try await withTrack { product, user, track in
            let proxy = try FaultProxy(to: product.client.port)
            defer { proxy.close() }
            proxy.cutRequests(at: [])
            proxy.loseAnswers(4)
            let (path, failures) = try await tuspy(
                track, piece: track.count / 4, hasChecksum: true, by: user, over: proxy, in: product)
            #expect(failures >= 4)
            try await expect(track, at: path, of: user, in: product)
        }
    }

    @Test func `an upload whose API is killed goes on at another one`() async throws {
        try await withTrack { product, user, track in
            let other = try await product.add(.api)
            let proxy = try FaultProxy(to: product.client.port)
            defer { proxy.close() }
            proxy.beSilent(afterRequestBytes: track.count * 5 / 8)
            async let upload = tuspy(
                track, piece: track.count / 4, hasChecksum: false, by: user, over: proxy, in: product)
            try await eventually("the upload is half done", within: 300) { proxy.isSilent }
            await product.process(.api).kill()
            let received = try await product.texts("SELECT received::text FROM uploads").first.flatMap { Int($0) }
            #expect(try #require(received) >= track.count / 2)
            // What it was writing has no name.
            #expect(product.stagedFiles.isEmpty)
            proxy.forward(to: other.client.port)
            proxy.reset()
            proxy.beSilent(false)
            let (path, failures) = try await upload
            #expect(failures >= 1)
            try await expect(track, at: path, of: user, in: product, by: other.client)
        }
    }

    // MARK: What they share

    private func withTrack(_ body: @Sendable (Product, TestUser, [UInt8]) async throws -> Void) async throws {
        try await Product.run(Self.options) { product in
            let user = try await TestUser.register(at: product.client)
            try await body(product, user, Recording.wav(byteCount: FullSize.track))
        }
    }

    /// Runs the client.
    /// - Returns: The path of the upload, and how many requests failed.
    private func tuspy(
        _ file: [UInt8], piece: Int, hasChecksum: Bool, by user: TestUser, over proxy: FaultProxy, in product: Product
    ) async throws -> (path: String, failures: Int) {
        let path = "\(product.directory)/track.wav"
        try Data(file).write(to: URL(fileURLWithPath: path))
        let output = try await TusClient.upload(
            path, piece: piece, hasChecksum: hasChecksum, metadata: ["filename=track.wav", "purpose=track"],
            to: "http://127.0.0.1:\(proxy.port)", token: user.accessToken, in: product)
        return output
    }

    /// Expects that the upload is the track, once, and that nothing else of it is left.
    private func expect(
        _ track: [UInt8], at path: String, of user: TestUser, in product: Product, by client: ProductClient? = nil
    ) async throws {
        let id = try #require(path.split(separator: "/").last)
        let stored = try await (client ?? product.client).get("/media/track/\(id)")
        #expect(stored.status == 200)
        #expect(stored.body == track)
        #expect(try await user.media(in: product) == [String(id)])
        #expect(try await user.tracksCount(in: product) == "1")
        // One whose creation was not answered has no bytes, and expires.
        #expect(try await product.texts("SELECT id::text FROM uploads WHERE received > 0").isEmpty)
        try await eventually("the parts are deleted", within: 60) {
            product.files == ["tracks/\(id.suffix(2))/\(id)/original"]
        }
        #expect(product.stagedFiles.isEmpty)
    }
}
