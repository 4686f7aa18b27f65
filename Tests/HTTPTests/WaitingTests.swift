import Chassis
import HTTP
import TestSupport
import Testing

/// Requests that wait for long, and whose client goes meanwhile.
@Suite struct WaitingTests {
    private static let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    @Test func `a request that ends with its client is cancelled when that closes its side`() async throws {
        let (began, ended) = (Signal<Void>(), Signal<Bool>())
        try await withServer { request in
            request.endsWithClient = true
            began.give()
            let isOver = (try? await request.loop.sleep(for: .seconds(600))) != nil
            ended.give(isOver)
            return .text(200, "late")
        } _: { server in
            let client = try server.client()
            try await client.send(Self.request)
            await began.wait()
            client.socket.finishSending()
            #expect(await ended.wait() == false)
            #expect(try await client.readToEnd().isEmpty)
            // The server serves others.
            #expect(server.openConnections == 0)
        }
    }

    @Test func `any other request is answered to a client that has half-closed`() async throws {
        let (began, goesOn) = (Signal<Void>(), Signal<Void>())
        try await withServer { _ in
            began.give()
            await goesOn.wait()
            return .text(200, "late")
        } _: { server in
            let client = try server.client()
            try await client.send(Self.request)
            await began.wait()
            client.socket.finishSending()
            await server.hasReadEverything()
            goesOn.give()
            #expect(try await client.response().text == "late")
        }
    }
}
