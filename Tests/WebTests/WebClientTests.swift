import Chassis
import TestSupport
import Testing

@testable import Web

@Suite struct WebClientTests {
    private let pool = BlockingPool(name: "web", threads: 2, queueLimit: 8)

    @Test func `a POST returns the status and how long the server asks to wait`() async throws {
        let cases: [(String, Duration?)] = [
            ("X: y", nil), ("Retry-After: 3600", .seconds(3_600)), ("retry-after:  7  ", .seconds(7)),
            ("Retry-After: 99999999999999999999", .seconds(9_999_999_999)), ("Retry-After: -1", nil),
            ("Retry-After: soon", nil), ("Retry-After: 1.5", nil), ("Retry-After:", nil),
            // The three forms of a date (RFC 9110, 5.6.7), by the server's own clock.
            (Self.date("Sun, 06 Nov 1994 08:49:37 GMT"), .seconds(60)),
            (Self.date("Sunday, 06-Nov-94 08:49:37 GMT"), .seconds(60)),
            (Self.date("Sun Nov  6 08:49:37 1994"), .seconds(60)),
            ("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", .zero),
        ]
        for (line, expected) in cases {
            let server = try EndpointServer { _ in .answer(429, headers: line.split(separator: "\n").map(String.init)) }
            defer { server.stop() }
            #expect(
                try await post(server.url("/x")) == .success(WebResponse(status: 429, retryAfter: expected)), "\(line)")
        }
    }

    private static func date(_ date: String) -> String {
        "Date: Sun, 06 Nov 1994 08:48:37 GMT\nRetry-After: \(date)"
    }

    @Test func `redirects are not followed`() async throws {
        let other = try EndpointServer { _ in .answer(200) }
        let server = try EndpointServer { _ in .answer(307, headers: ["Location: \(other.url("/x"))"]) }
        defer {
            server.stop()
            other.stop()
        }
        #expect(try await post(server.url("/x")) == .success(WebResponse(status: 307, retryAfter: nil)))
        #expect(other.connections == 0)
    }

    @Test func `the answer counts when the head is complete, whatever happens to the body`() async throws {
        let server = try EndpointServer { _ in .endlessBody(201) }
        defer { server.stop() }
        let began = monotonicNanoseconds()
        #expect(
            try await post(server.url("/x"), within: .seconds(30))
                == .success(WebResponse(status: 201, retryAfter: nil)))
        #expect(monotonicNanoseconds() - began < 15_000_000_000)
    }

    @Test(arguments: [EndpointServer.Behaviour.tarpit, .endlessHead, .reset])
    func `a server that does not answer fails within the total time`(behaviour: EndpointServer.Behaviour) async throws {
        let server = try EndpointServer { _ in behaviour }
        defer { server.stop() }
        let began = monotonicNanoseconds()
        guard case .failure(.failed) = try await post(server.url("/x"), within: .milliseconds(300)) else {
            Issue.record("it did not fail")
            return
        }
        #expect(monotonicNanoseconds() - began < 10_000_000_000)
    }

    // The name passed every check of the text; what counts is the address that it resolves to now.
    @Test(arguments: ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
    func `a public name that resolves to an address which is not public is not connected to`(address: String)
        async throws
    {
        let server = try EndpointServer { _ in .answer(200) }
        defer { server.stop() }
        var client = WebClient(destinations: .public)
        client.resolutions = ["push.example:\(server.port):\(address)"]
        let url = "https://push.example:\(server.port)/x"
        #expect(try await post(url, client) == .failure(.disallowedAddress))
        #expect(server.connections == 0)
    }

    @Test func `loopback is connected to only where tests allow it, and other private addresses never`() async throws {
        let server = try EndpointServer { _ in .answer(200) }
        defer { server.stop() }
        let local = WebClient(destinations: .publicOrLoopback)
        #expect(try await post(server.url("/x"), local) == .success(WebResponse(status: 200, retryAfter: nil)))
        #expect(try await post(server.url("/x"), WebClient(destinations: .public)) == .failure(.disallowedURL))
        var rebound = local
        rebound.resolutions = ["push.example:443:10.0.0.1"]
        #expect(try await post("https://push.example/x", rebound) == .failure(.disallowedAddress))
        #expect(server.connections == 1)
    }

    private func post(_ url: String, within time: Duration = .seconds(20)) async throws -> Result<WebResponse, WebError>
    {
        try await post(url, WebClient(timeout: time))
    }

    private func post(_ url: String, _ client: WebClient) async throws -> Result<WebResponse, WebError> {
        try await pool.run {
            Result { () throws(WebError) in try client.post(url, headers: ["Content-Type: text/plain"], body: [1]) }
        }
    }
}
