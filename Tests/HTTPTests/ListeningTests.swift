import Chassis
import Glibc
import HTTP
import TestSupport
import Testing

@Suite struct ListeningTests {
    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:8080", "[::1]:8080"), ("0.0.0.0:0", "0.0.0.0:0"),
        ("localhost:3000", "127.0.0.1:3000"),
    ])
    func `reads addresses`(text: String, description: String) {
        #expect(SocketAddress(text)?.description == description)
    }

    @Test(arguments: ["", "80", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "example.org:80"])
    func `rejects an invalid address`(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func `shares one port among its loops`() async throws {
        try await withServer(loops: 2) { request in
            .text(200, request.loop.name)
        } _: { server in
            let names = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<64 {
                    group.addTask { try await HTTPTestClient(port: server.port).get("/").text }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(names == ["http-0", "http-1"])
        }
    }

    @Test func `passes the client's address to handlers`() async throws {
        try await withServer { request in
            .text(200, request.peer)
        } _: { server in
            let response = try await HTTPTestClient(port: server.port).get("/")
            #expect(response.text == "127.0.0.1")
        }
    }

    @Test func `reports why it cannot listen on an address`() async throws {
        let silent = try SilentListener()
        let address = SocketAddress(host: "127.0.0.1", port: UInt16(silent.port))
        let server = HTTPServer(
            on: [(EventLoop(name: "unused"), awaiting(respondImmediately))], listening: [address],
            metrics: ServerMetrics(Metrics()), log: quiet)
        let error = await #expect(throws: ListenError.self) { try await server.start() }
        #expect(error?.description.contains("cannot listen on 127.0.0.1:\(silent.port)") == true)
        #expect(error?.description.contains("another process uses it") == true)
    }
}
