import Chassis
import Glibc
import HTTP
import TestSupport
import Testing

@Suite struct DrainTests {
    private static let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    @Test func `fails no request of fifty busy clients while it stops`() async throws {
        let completed = Counter()
        try await withServer(limits: limits { $0.drainGraceSeconds = 2 }) { request in
            try? await request.loop.sleep(for: .milliseconds(2))
            return await echo(request)
        } _: { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    let client = try server.client()
                    group.addTask {
                        while true {
                            try await client.send(Self.request)
                            let response = try await client.response()
                            #expect(response.text == "GET / ")
                            completed.increment()
                            if response.closes { return }
                        }
                    }
                }
                while completed.value < 500 { await server.pause(.milliseconds(5)) }
                await server.server.stop()
                try await group.waitForAll()
            }
            #expect(server.openConnections == 0)
        }
    }

    @Test func `closes idle connections after the grace period and returns`() async throws {
        try await withServer(limits: limits { $0.drainGraceSeconds = 1 }, echo) { server in
            let idle = try server.client()
            try await idle.send(Self.request)
            _ = try await idle.response()
            let late = try server.client()
            try await late.send(Self.request)
            _ = try await late.response()
            async let stopped: Void = server.server.stop()
            await server.hasStoppedListening()
            try await late.send(Self.request)
            #expect(try await late.response().closes)
            #expect(try await idle.readToEnd().isEmpty)
            await stopped
        }
    }

    @Test func `serves the connections in the backlog`() async throws {
        try await withServer(limits: limits { $0.drainGraceSeconds = 2 }, echo) { server in
            // While the loop is busy nothing is accepted, so all of them wait in the backlog when the server stops.
            var ends: [CInt] = [-1, -1]
            try #require(pipe(&ends) == 0)
            let (reading, writing) = (ends[0], ends[1])
            server.loop.post {
                var byte: UInt8 = 0
                read(reading, &byte, 1)
                close(reading)
            }
            let clients = try (0..<100).map { _ in try server.client() }
            for client in clients { try await client.send(Self.request) }
            async let stopped: Void = server.server.stop()
            close(writing)
            for client in clients { #expect(try await client.response().text == "GET / ") }
            await stopped
        }
    }

    @Test func `waits for running handlers`() async throws {
        let begun = Signal<Void>()
        let mayEnd = Signal<Void>()
        try await withServer { request in
            begun.give()
            await mayEnd.wait()
            return await echo(request)
        } _: { server in
            let client = try server.client()
            try await client.send(Self.request)
            await begun.wait()
            async let stopped: Void = server.server.stop()
            await server.hasStoppedListening()
            mayEnd.give()
            let response = try await client.response()
            #expect(response.text == "GET / ")
            #expect(response.closes)
            await stopped
        }
    }
}
