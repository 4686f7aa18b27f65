import Chassis
import Foundation

/// A real OpenID issuer in a process of its own on a free port of 127.0.0.1, which signs any claims.
///
/// Needs Debian's `python3-cryptography`.
package final class OpenIDIssuer: Sendable {
    private let script: ScriptServer
    private static let starters = BlockingPool(name: "issuers", threads: 2, queueLimit: 100)

    private init(_ script: ScriptServer) {
        self.script = script
    }

    package static func start() async throws -> OpenIDIssuer {
        try await starters.run { OpenIDIssuer(try ScriptServer("oidc_issuer.py")) }
    }

    package var issuer: String { "http://127.0.0.1:\(script.port)" }

    /// Returns a token with these claims.
    /// - Parameters:
    ///   - claims: A JSON object.
    ///   - more: Members for the signing, as JSON: `"algorithm":"ES256"`, `"foreign":true`, `"kid":"x"`.
    package func token(_ claims: String, _ more: String = "") async throws -> String {
        let order = #"{"claims":\#(claims)\#(more.isEmpty ? "" : ",")\#(more)}"#
        return try await client.post("/sign", json: order).json["token"].text ?? ""
    }

    /// Replaces the signing keys.
    package func rotate() async throws { _ = try await client.post("/rotate", json: "{}") }

    /// Stops or resumes answering requests for its keys.
    package func beSilent(_ isSilent: Bool) async throws {
        _ = try await client.post("/silence", json: #"{"silent":\#(isSilent)}"#)
    }

    /// Returns how often its keys were fetched.
    package func fetches() async throws -> Int { Int(try await client.get("/fetches").json["count"].number ?? -1) }

    private var client: ProductClient { ProductClient(port: script.port) }
}
