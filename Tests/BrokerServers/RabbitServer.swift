import Chassis
import Foundation
import TestSupport

/// A RabbitMQ (Debian's rabbitmq-server) in processes of its own on 127.0.0.1, with data, node name, cookie and epmd of
/// its own. It takes about ten seconds to start, so most tests share one; it ends with this process however that ends.
package final class RabbitServer: Sendable {
    package static let user = "guest"
    package static let password = "guest"

    private static let starters = BlockingPool(name: "rabbit-server", threads: 1, queueLimit: 10_000)
    private static let sharedServer = Result { try RabbitServer() }

    package let port: Int
    /// Where it speaks TLS; its certificate is for `localhost`.
    package let tlsPort: Int
    private let directory: String
    private let script: ScriptServer
    private let control = BlockingPool(name: "rabbit-control", threads: 1, queueLimit: 100)

    private init() throws {
        directory = "/tmp/rabbitmq-\(UUID().uuidString.prefix(13))"
        script = try ScriptServer("rabbitmq_server.py", directory)
        port = script.ports[0]
        tlsPort = script.ports[1]
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The one of all tests, which none may stop.
    package static func shared() async throws -> RabbitServer {
        try await starters.run { try sharedServer.get() }
    }

    /// One that a test may kill.
    package static func start() async throws -> RabbitServer {
        try await BlockingPool(name: "rabbit-start", threads: 1, queueLimit: 1).run { try RabbitServer() }
    }

    package var url: String { "amqp://127.0.0.1:\(port)" }
    /// The PEM file of its certificate, which vouches for itself.
    package var certificate: String { "\(directory)/certificate.pem" }

    /// Ends it at once (SIGKILL) and returns when it is gone.
    package func kill() async throws { try await order("kill") }

    /// Starts it again on the same ports with the data that it had, and returns when it accepts connections.
    package func restart() async throws { try await order("start") }

    private struct Gone: Error {}

    private func order(_ line: String) async throws {
        try await control.run { [script] in
            guard script.ask(line) == "done" else { throw Gone() }
        }
    }
}
