import HTTP
import Synchronization
import TestSupport
import Testing

@Suite struct SlowReaderTests {
    private static let megabyte = 1 << 20

    @Test(arguments: ["", "Range: bytes=1000000-\r\n", "Range: bytes=0-29999999,40000000-59999999\r\n"])
    func `clients that do not read a file take no memory of the server`(range: String) async throws {
        let file = try ServedFile(zeros: 60 * Self.megabyte).handler
        let begun = Atomic(0)
        try await withServer { request in
            begun.add(1, ordering: .relaxed)
            return await file(request)
        } _: { server in
            var clients: [RawClient] = []
            for _ in 0..<50 {
                let client = try server.client(receiveBuffer: 4_096)
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\(range)\r\n")
                clients.append(client)
            }
            while begun.load(ordering: .relaxed) < clients.count { await server.pause(.milliseconds(5)) }
            await server.hasReadEverything()
            #expect(server.openConnections == clients.count)
            #expect((0..<50 * 1_024).contains(server.value(of: "http_unsent_bytes")))
            // They are served nevertheless.
            let answer = try await clients[0].response()
            #expect("\(answer.body.count)" == answer.header("content-length"))
        }
    }

    @Test func `the metric of unsent bytes counts what waits in memory`() async throws {
        let handler: AsyncHandler = { _ in .text(200, String(repeating: "x", count: 20 * Self.megabyte)) }
        try await withServer(handler) { server in
            let client = try server.client(receiveBuffer: 4_096)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while server.value(of: "http_unsent_bytes") <= 10 * Self.megabyte { await server.pause(.milliseconds(5)) }
            #expect(try await client.response().body.count == 20 * Self.megabyte)
            while server.value(of: "http_unsent_bytes") != 0 { await server.pause(.milliseconds(5)) }
        }
        try await withServer(handler) { server in
            let client = try server.client(receiveBuffer: 4_096)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while server.value(of: "http_unsent_bytes") <= 10 * Self.megabyte { await server.pause(.milliseconds(5)) }
            client.socket.reset()
            while server.openConnections > 0 { await server.pause(.milliseconds(5)) }
            #expect(server.value(of: "http_unsent_bytes") == 0)
        }
    }
}
