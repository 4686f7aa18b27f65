import Chassis
import Crypto
import Jobs
import Web

/// Delivers signed JSON to an address of the operator's settings. The service recognises a repeated delivery by its id.
struct Webhook: Sendable {
    private let url: String
    private let signer: HMACSHA256
    private let sender: DeliverySender
    private let target: DeliveryGate.Target

    init(_ url: String, secret: Secret<[UInt8]>, sender: DeliverySender) {
        self.url = url
        signer = HMACSHA256(key: secret.exposed)
        self.sender = sender
        // Not the host alone: a user who names the same one for a browser must not open this circuit.
        target = DeliveryGate.Target(host: "webhook \(WebURL(url)?.hostAndPort ?? "")", name: "webhook")
    }

    /// - Throws: What ``DeliverySender/post(_:headers:body:to:for:)`` throws, `JobError.permanent` for an answer that
    ///   refuses the content, ``DeliveryFailed`` for a redirect and for an answer that refuses the sender or the
    ///   address, which an operator corrects in the settings.
    func deliver(_ body: [UInt8], for job: JobContext) async throws {
        let status = try await sender.post(url, headers: headers(body, job), body: body, to: target, for: job)
        switch status {
        case 200..<300: return
        case 401, 403, 404, 405, 407: throw DeliveryFailed(reason: "the service answered \(status)")
        case 400..<500: throw JobError.permanent(reason: "the service answered \(status)")
        default: throw DeliveryFailed(reason: "the service answered \(status)")
        }
    }

    /// Signs the time, a dot and the body, so that a recorded delivery cannot be replayed later.
    private func headers(_ body: [UInt8], _ job: JobContext) -> [String] {
        let time = "\(Timestamp.now.unixSeconds)"
        let code = signer.authenticate((Array("\(time).".utf8) + body).span)
        return [
            "Content-Type: application/json", "X-Delivery-Id: \(job.id)", "X-Timestamp: \(time)",
            "X-Signature-256: sha256=\(Hex.encode(code.span))",
        ]
    }
}

/// The addresses of webhooks, and the secret that signs their deliveries.
struct WebhookSettings: Sendable {
    let push: String?
    let achievement: String?
    let secret: Secret<[UInt8]>

    init(_ reader: inout SettingsReader, _ secrets: GeneratedSecrets) {
        push = reader.read(Self.address("PUSH_WEBHOOK_URL", "where pushes are delivered"))
        achievement = reader.read(Self.address("ACHIEVEMENT_WEBHOOK_URL", "where first friendships are reported"))
        secret = secrets.read("WEBHOOK_SECRET", &reader, least: 16)
    }

    private static func address(_ name: String, _ meaning: String) -> Setting<String?> {
        Setting(name, default: .some(nil), "\(meaning): https://…, or http://localhost…") { text in
            WebClient.isAllowedURL(text) ? .some(text) : nil
        }
    }
}
