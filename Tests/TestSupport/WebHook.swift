import Chassis

/// A real web server in a process of its own that records the requests it receives: the web hook of another service, or
/// the push service of a browser.
///
/// Needs Debian's `python3-cryptography`.
package final class WebHook: Sendable {
    private let script: ScriptServer
    private static let starters = BlockingPool(name: "webhooks", threads: 2, queueLimit: 100)

    private init(_ script: ScriptServer) {
        self.script = script
    }

    package static func start() async throws -> WebHook {
        try await starters.run { WebHook(try ScriptServer("web_server.py")) }
    }

    package var url: String { "http://127.0.0.1:\(script.port)" }

    /// Sets the status of all further answers.
    package func answer(_ status: Int) async throws { _ = try await client.post("/told?status=\(status)", json: "{}") }

    /// Returns all recorded requests, in order: `path`, `headers`, `body`, the `status` it was answered; of a push the
    /// body is decrypted, and `vapid` has its claims.
    package func kept() async throws -> [ProductJSON] { try await client.get("/kept").json.array ?? [] }

    /// The keys of a browser: `p256dh` and `auth`.
    package func makeKeys() async throws -> ProductJSON { try await client.post("/keys", json: "{}").json }

    private var client: ProductClient { ProductClient(port: script.port) }
}
