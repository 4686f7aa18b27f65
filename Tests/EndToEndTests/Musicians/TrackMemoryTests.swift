import Chassis
import TestSupport
import Testing

/// S1-103: a range of a large track needs no memory of the size of the track.
@Suite(.showingOutput) struct TrackMemoryTests {
    private static let pool = BlockingPool(name: "players", threads: 4, queueLimit: 100)

    @Test func `many players that read slowly from a large track grow the API by little`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            let whole = Recording.wav(byteCount: 32 << 20)
            let uploaded = try await user.upload("track", whole, called: "a.wav", to: product.client)
            let track = try #require(uploaded.json["file"]["fileId"].text, "\(uploaded.text)")
            let port = product.client.port
            let before = try await residentBytes(product)
            let players = try await Self.pool.run {
                try (0..<40).map { number in try Player(port: port, track: track, from: number % 2 * number * 500_000) }
            }
            let growth = try await residentBytes(product) - before
            for player in players {
                #expect(player.beginning.elementsEqual(whole[player.start...].prefix(player.beginning.count)))
            }
            #expect(growth < 16 << 20, "it grew by \(growth) bytes for \(players.count) players")
        }
    }

    private func residentBytes(_ product: Product) async throws -> Int {
        let metrics = try await product.client.get("/metrics").text
        let line = metrics.split(separator: "\n").first { $0.hasPrefix("process_resident_memory_bytes ") }
        return try #require(line?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) })
    }

    /// A player that reads the beginning of what it asked for, and leaves the rest where it is.
    private struct Player {
        let start: Int
        let beginning: ArraySlice<UInt8>
        private let socket: BlockingSocket

        init(port: Int, track: String, from start: Int) throws {
            self.start = start
            socket = try BlockingSocket(port: port, receiveBuffer: 65_536)
            let range = start > 0 ? "Range: bytes=\(start)-\r\n" : ""
            try socket.send(Array("GET /media/track/\(track) HTTP/1.1\r\nHost: localhost\r\n\(range)\r\n".utf8))
            var received: [UInt8] = []
            while received.count < 4_096 { received += try socket.receive(limit: 4_096) }
            let end = received.indices.first { received[$0...].starts(with: Array("\r\n\r\n".utf8)) } ?? 0
            beginning = received[(end + 4)...]
        }
    }
}
