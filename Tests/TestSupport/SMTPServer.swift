internal import Chassis
internal import Foundation

/// A real mail server (aiosmtpd) in a process of its own on a free port of 127.0.0.1. It ends with this value, and with
/// this process however that ends.
///
/// Needs Debian's `python3-aiosmtpd`.
package final class SMTPServer: Sendable {
    /// What the server does; by default it takes every message.
    package struct Behaviour: Sendable, Encodable {
        package enum Greeting: String, Sendable, Encodable { case ready, refusal, none }
        package enum Encryption: String, Sendable, Encodable { case none, offered, always }
        /// What the second message on a connection meets.
        package enum HangUp: String, Sendable, Encodable { case never, withReply, silently }
        package struct Login: Sendable, Encodable {
            let user: String
            let password: String
        }

        package var greeting = Greeting.ready
        package var encryption = Encryption.none
        package var hangsUp = HangUp.never
        /// The only login that is accepted, and then one is required.
        package var login: Login?
        /// What every recipient is answered, such as `550 5.1.1 nobody here`.
        package var recipientReply: String?
        /// What every message is answered.
        package var messageReply: String?
        fileprivate var directory = ""

        package init() {}

        package mutating func requireLogin(user: String, password: String) {
            login = Login(user: user, password: password)
        }
    }

    /// A message as the server got it, and as Python's `email` package understands it.
    package struct Received: Sendable, Decodable {
        package let sender: String
        package let recipients: [String]
        /// The client's port: the same for messages that came over one connection.
        package let connection: Int
        package let isEncrypted: Bool
        package let isLoggedIn: Bool
        package let raw: String
        package let from: String
        package let to: String
        package let subject: String
        package let messageID: String
        package let unixTime: Int
        package let text: String?
        package let html: String?
        /// What the parser found wrong.
        package let defects: [String]
    }

    package let port: Int
    private let directory: String
    private let script: ScriptServer

    private static let starters = BlockingPool(name: "smtp-servers", threads: 4, queueLimit: 1_000)

    package static func start(_ behaviour: Behaviour = Behaviour()) async throws -> SMTPServer {
        try await starters.run { try SMTPServer(behaviour) }
    }

    /// `smtp://127.0.0.1:<port>`
    package var url: String { "smtp://127.0.0.1:\(port)" }

    /// The PEM file of its certificate, which vouches for itself.
    package var certificate: String { directory + "/certificate.pem" }

    /// Every message that was taken so far, in order. A message is here before its sender hears that it was taken.
    package func received() throws -> [Received] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }
        return try names.sorted().map { name in
            try JSONDecoder().decode(
                Received.self, from: Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
        }
    }

    private init(_ behaviour: Behaviour) throws {
        directory = FileManager.default.temporaryDirectory.path + "/smtp-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var behaviour = behaviour
        behaviour.directory = directory
        let argument = String(decoding: try JSONEncoder().encode(behaviour), as: UTF8.self)
        script = try ScriptServer("smtp_server.py", argument)
        port = script.port
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }
}
