import Chassis
import HTTP
import Synchronization
import TestSupport
import Testing

@Suite struct StreamingTests {
    private struct Failed: Error {}

    private static func streaming(
        _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) -> AsyncHandler {
        { _ in Response(200, body: .stream(type: "text/plain", produce)) }
    }

    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `sends pieces as chunks and keeps the connection`() async throws {
        let handler = Self.streaming { writer in
            for text in ["one ", "", "two"] { try await writer.write(Array(text.utf8)) }
        }
        try await withServer(handler) { server in
            let client = try server.client()
            try await client.send(Self.request + Self.request)
            for response in try await client.responses(2) {
                #expect(response.text == "one two")
                #expect(response.header("transfer-encoding") == "chunked")
                #expect(response.header("content-length") == nil)
            }
        }
    }

    @Test func `streams a response of an immediate handler`() async throws {
        let response = Response(200, body: .stream(type: "text/plain") { try await $0.write(Array("text".utf8)) })
        let handler: Handler = { _ in .ready(response) }
        try await withServer(replying: handler) { server in
            let client = try server.client()
            try await client.send(Self.request + Self.request)
            for response in try await client.responses(2) { #expect(response.text == "text") }
        }
    }

    @Test func `ends a stream to HTTP 1.0 by closing`() async throws {
        try await withServer(Self.streaming { try await $0.write(Array("text".utf8)) }) { server in
            let text = try await server.everything(for: Array("GET / HTTP/1.0\r\n\r\n".utf8))
            #expect(text.hasSuffix("\r\n\r\ntext"))
            #expect(!text.contains("chunked"))
        }
    }

    @Test func `responds to HEAD with the head of a stream`() async throws {
        let isProduced = Mutex(false)
        try await withServer(Self.streaming { _ in isProduced.withLock { $0 = true } }) { server in
            let client = try server.client()
            try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            for _ in 1...2 { #expect(try await client.response(hasBody: false).status == 200) }
            #expect(!isProduced.withLock { $0 })
        }
    }

    @Test func `resets the connection when a stream fails`() async throws {
        let handler = Self.streaming { writer in
            try await writer.write(Array("half".utf8))
            throw Failed()
        }
        try await withServer(handler) { server in
            for request in [Self.request, "GET / HTTP/1.0\r\n\r\n"] {
                let client = try server.client()
                try await client.send(request)
                await #expect(throws: (any Error).self) { try await client.response() }
            }
        }
    }

    @Test func `sends a stream of a declared length without chunks, also to HTTP 1.0`() async throws {
        let handler: AsyncHandler = { _ in
            Response(
                200,
                body: .sized(7, type: "text/plain") { writer in
                    for text in ["one ", "", "two"] { try await writer.write(Array(text.utf8)) }
                })
        }
        try await withServer(handler) { server in
            let client = try server.client()
            try await client.send(Self.request + Self.request)
            for response in try await client.responses(2) {
                #expect(response.text == "one two")
                #expect(response.header("transfer-encoding") == nil)
                #expect(response.header("content-length") == "7")
            }
            try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response(hasBody: false).header("content-length") == "7")
            let text = try await server.everything(for: Array("GET / HTTP/1.0\r\n\r\n".utf8))
            #expect(text.hasSuffix("\r\n\r\none two"))
        }
    }

    @Test(arguments: ["", "half", "far too long"])
    func `resets the connection when a stream has not its declared length`(text: String) async throws {
        let handler: AsyncHandler = { _ in
            Response(200, body: .sized(7, type: "text/plain") { try await $0.write(Array(text.utf8)) })
        }
        try await withServer(handler) { server in
            let client = try server.client()
            try await client.send(Self.request)
            await #expect(throws: (any Error).self) { try await client.response() }
        }
    }

    @Test func `waits for a client that is slower than the stream`() async throws {
        let written = Atomic<Int>(0)
        let handler = Self.streaming { writer in
            let piece = [UInt8](repeating: 65, count: 50_000)
            for _ in 0..<1_000 {
                try await writer.write(piece)
                written.wrappingAdd(piece.count, ordering: .relaxed)
            }
        }
        try await withServer(handler) { server in
            let client = try server.client(receiveBuffer: 65_536)
            try await client.send(Self.request)
            var before = -1
            while before != written.load(ordering: .relaxed) {
                before = written.load(ordering: .relaxed)
                await server.pause(.milliseconds(200))
            }
            #expect(before < 20_000_000)
            #expect(try await client.response().body.count == 50_000_000)
        }
    }

    @Test func `cancels a stream whose client has disconnected, also while it waits`() async throws {
        let begun = Signal<Void>()
        let outcome = Signal<Bool>()
        try await withServer { request in
            Response(
                200,
                body: .stream(type: "text/plain") { writer in
                    try await writer.write([65])
                    begun.give()
                    do { try await request.loop.sleep(for: .seconds(60)) } catch { outcome.give(true) }
                })
        } _: { server in
            let client = try server.client()
            try await client.send(Self.request)
            await begun.wait()
            client.socket.reset()
            #expect(await outcome.wait())
        }
    }

    @Test func `fails a stream's write when its client has disconnected`() async throws {
        let begun = Signal<Void>()
        let outcome = Signal<Bool>()
        let handler = Self.streaming { writer in
            begun.give()
            do {
                while true { try await writer.write([UInt8](repeating: 65, count: 100_000)) }
            } catch {
                outcome.give(error is ResponseWriter.Disconnected)
                throw error
            }
        }
        try await withServer(handler) { server in
            let client = try server.client()
            try await client.send(Self.request)
            await begun.wait()
            client.socket.reset()
            #expect(await outcome.wait())
        }
    }

    @Test func `keeps a slow stream open beyond the stall limit`() async throws {
        try await withServer(limits: limits { $0.stallSeconds = 1 }) { request in
            Response(
                200,
                body: .stream(type: "text/plain") { writer in
                    try await writer.write([UInt8](repeating: 65, count: 3_000_000))
                    try await request.loop.sleep(for: .seconds(3))
                    try await writer.write([66])
                })
        } _: { server in
            let client = try server.client()
            try await client.send(Self.request)
            #expect(try await client.response().body.last == 66)
        }
    }

    @Test func `never sends an error response within a started stream`() async throws {
        let (hasBegun, mayEnd) = (Signal<Void>(), Signal<Void>())
        try await withServer { request in
            Response(
                200,
                body: .stream(type: "text/plain") { writer in
                    try await writer.write(Array("begun".utf8))
                    hasBegun.give()
                    await mayEnd.wait()
                })
        } _: { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            await hasBegun.wait()
            await server.hasReadEverything()
            mayEnd.give()
            let text = try? await String(decoding: client.readToEnd(), as: UTF8.self)
            #expect(text?.contains("400") != true)
            #expect(text?.hasSuffix("0\r\n\r\n") != true)
        }
    }
}
