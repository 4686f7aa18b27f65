import Chassis
import Crypto
import Jobs

/// The settings of the pool `deliveries`.
struct DeliverySettings: Sendable {
    let webhooks: WebhookSettings
    /// The keys that sign web pushes; nil after a mistake.
    let pushKeys: KeyPair?
    let limits: DeliveryLimits
    /// Whether users may name push services on this machine.
    let acceptsLocalEndpoints: Bool

    init(_ reader: inout SettingsReader, _ secrets: GeneratedSecrets, _ chassis: ChassisSettings) {
        webhooks = WebhookSettings(&reader, secrets)
        pushKeys = secrets.readPushKeys(&reader)
        acceptsLocalEndpoints = chassis.readLocalEndpoints(&reader)
        let fallback = DeliveryLimits()
        limits = DeliveryLimits(
            perUser: reader.read(
                Setting("DELIVERIES_PER_USER", default: fallback.perUser, in: 1...64, "running at once for one user")),
            perUserAndMinute: reader.read(
                Setting(
                    "DELIVERIES_PER_USER_AND_MINUTE", default: fallback.perUserAndMinute, in: 1...100_000,
                    "started in a minute for one user")),
            perHost: reader.read(
                Setting(
                    "DELIVERIES_PER_HOST", default: fallback.perHost, in: 1...1_000,
                    "running at once to one host that users name")),
            perHostAndSecond: reader.read(
                Setting(
                    "DELIVERIES_PER_HOST_AND_SECOND", default: fallback.perHostAndSecond, in: 1...100_000,
                    "started in a second to one host that users name")),
            total: reader.read(
                Setting(
                    "DELIVERIES_TO_BROWSERS", default: fallback.total, in: 1...10_000,
                    "running at once to all hosts that users name")))
    }
}
