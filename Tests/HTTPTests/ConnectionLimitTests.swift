import Chassis
import Glibc
import TestSupport
import Testing

@testable import HTTP

@Suite struct ConnectionLimitTests {
    private static let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    /// Opens a connection and returns it with the status of its response.
    private func connect(_ server: WebServer, from host: UInt8 = 1) async throws -> (BlockingSocket, status: Int) {
        try await onOwnThread {
            let socket = try BlockingSocket(port: server.port, from: host)
            // A refused connection may be reset by what follows its refusal.
            try? socket.send(Self.request)
            let response = String(decoding: try socket.receive(), as: UTF8.self)
            return (socket, Int(response.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0)
        }
    }

    @Test(arguments: [1, 2]) func `refuses more connections of one address, over all loops`(loops: Int) async throws {
        try await withServer(loops: loops, limits: limits { $0.connectionsPerAddress = 6 }, respondImmediately) {
            server in
            var kept: [BlockingSocket] = []
            for _ in 0..<6 {
                let (socket, status) = try await connect(server)
                #expect(status == 200)
                kept.append(socket)
            }
            for _ in 0..<3 { #expect(try await connect(server).status == 429) }
            #expect(server.openConnections == 6)
            #expect(server.metrics.text.contains(#"http_connections_refused_total{limit="address"} 3"#))
            // Another address has connections of its own.
            let (other, status) = try await connect(server, from: 2)
            #expect(status == 200)
            kept.append(other)
            // A closed connection makes room for another.
            kept.removeFirst(2)
            while server.openConnections > 5 { await server.pause(.milliseconds(10)) }
            for expected in [200, 200, 429] {
                let (socket, status) = try await connect(server)
                #expect(status == expected)
                kept.append(socket)
            }
        }
    }

    @Test func `says when to try again`() async throws {
        try await withServer(limits: limits { $0.connectionsPerAddress = 0 }, respondImmediately) { server in
            let text = try await server.everything(for: Self.request)
            #expect(text.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
            #expect(text.contains("\r\nRetry-After: 10\r\n") && text.contains("\r\nConnection: close\r\n"))
        }
    }

    @Test func `does not count the connections of proxies`() async throws {
        let limits = limits { $0.connectionsPerAddress = 1 }
        try await withServer(limits: limits, proxies: ["127.0.0.1"], respondImmediately) { server in
            var kept: [BlockingSocket] = []
            for (host, expected) in [(1, 200), (1, 200), (1, 200), (2, 200), (2, 429)] as [(UInt8, Int)] {
                let (socket, status) = try await connect(server, from: host)
                #expect(status == expected)
                kept.append(socket)
            }
        }
    }

    @Test(arguments: [
        ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("::1", "0.0.0.1", false), ("192.0.2.1", "0:0:ffff:c000:201::", false),
    ])
    func `counts an address of IPv4, or 64 bits of IPv6`(one: String, other: String, isSame: Bool) throws {
        let keys = try [one, other].map { try #require(Self.key($0)) }
        #expect((keys[0] == keys[1]) == isSame)
        #expect(!keys.contains(0))
    }

    private static func key(_ text: String) -> PeerConnections.Key? {
        var storage = sockaddr_storage()
        return withUnsafeMutablePointer(to: &storage) { pointer in
            var isValid = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                four.pointee.sin_family = sa_family_t(AF_INET)
                return inet_pton(AF_INET, text, &four.pointee.sin_addr) == 1
            }
            if !isValid {
                isValid = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                    six.pointee.sin6_family = sa_family_t(AF_INET6)
                    return inet_pton(AF_INET6, text, &six.pointee.sin6_addr) == 1
                }
            }
            return isValid ? PeerConnections.key(of: &pointer.pointee) : nil
        }
    }
}
