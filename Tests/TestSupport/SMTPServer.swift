internal import Chassis
internal import Foundation

/// A real mail server (aiosmtpd) in a process of its own on a free port of 127.0.0.1. It ends with this value, and with
/// this process however that ends.
///
/// Needs Debian's `python3-aiosmtpd`.
package final class SMTPServer: Sendable {
    /// The behaviour of the server; by default it accepts every message.
    package struct Behaviour: Sendable, Encodable {
        package enum Greeting: String, Sendable, Encodable { case ready, refusal, none }
        package enum Encryption: String, Sendable, Encodable { case none, offered, always }
        /// How the server ends the connection at its second message.
        package enum Disconnection: String, Sendable, Encodable { case never, withReply, silently }
        package struct Login: Sendable, Encodable {
            let user: String
            let password: String
        }

        package struct Slow: Sendable, Encodable {
            let recipient: String
            let seconds: Double
            let reply: String
            /// Whether the recipient is answered late instead of the message.
            let atRecipient: Bool

            package init(_ recipient: String, seconds: Double, reply: String = "250 OK", atRecipient: Bool = false) {
                self.recipient = recipient
                self.seconds = seconds
                self.reply = reply
                self.atRecipient = atRecipient
            }
        }

        package var greeting = Greeting.ready
        package var encryption = Encryption.none
        package var disconnects = Disconnection.never
        /// The only login that is accepted, and then one is required.
        package var login: Login?
        /// The reply to every sender.
        package var senderReply: String?
        /// Recipients whose messages are answered late, and how.
        package var slow: Slow?
        /// The reply to every recipient, such as `550 5.1.1 no such user`.
        package var recipientReply: String?
        /// The reply to every message.
        package var messageReply: String?
        fileprivate var directory = ""

        package init() {}

        package mutating func requireLogin(user: String, password: String) {
            login = Login(user: user, password: password)
        }
    }

    /// A message as the server received it, and as Python's `email` package parses it.
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
        /// The defects that the parser found.
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

    /// Returns every accepted message, in order, also one that is answered late. A message is stored before its sender
    /// gets the reply.
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
