import Chassis
import Crypto
import Web

/// Where other services hear of things, and how they know that it is us.
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
            WebClient.mayAsk(text) ? .some(text) : nil
        }
    }
}
