import Chassis
import Crypto
import Jobs
import MediaStoring
import Postgres
import Redis
import Storage

/// Everything a worker is told from outside, read once.
struct WorkerSettings: Sendable {
    let chassis: ChassisSettings
    let database: DatabaseSettings
    let redis: RedisSettings
    let media: MediaSettings
    let mail: MailerSettings
    let webClient: WebClientURL
    /// Of the pool that writes mails; no other needs the secret.
    let links: EmailTokenSigner?
    /// Of the pool that tells people of things.
    let webhooks: WebhookSettings?
    let pushKeys: KeyPair?
    let digestWindow: Duration
    let slots: Int

    /// - Throws: `SettingsError` with every mistake.
    init(_ environment: [String: String], pool: QueueName, isTerminal: Bool) throws {
        var reader = SettingsReader(environment)
        chassis = ChassisSettings(&reader, process: pool.rawValue, defaultLoops: 1, isTerminal: isTerminal)
        database = StorageSettings.database(&reader, process: pool.rawValue)
        let redis = QueueSettings.redis(&reader)
        media = MediaSettings(&reader, dataDirectory: chassis.dataDirectory)
        let mail = MailerSettings(&reader, dataDirectory: chassis.dataDirectory)
        slots = reader.read(
            Setting(pool.concurrencySetting, default: pool.defaultConcurrency, in: 1...64, "jobs at the same time"))
        webClient = reader.read(WebClientURL.setting)
        let secrets = GeneratedSecrets(chassis)
        let secret = pool == .email ? secrets.read("REFRESH_TOKEN_SECRET", &reader) : nil
        webhooks = pool == .notifications ? WebhookSettings(&reader, secrets) : nil
        pushKeys = pool == .notifications ? secrets.readPushKeys(&reader) : nil
        digestWindow = .seconds(reader.read(NotificationSettings.digestWindow))
        try reader.finish()
        links = secret.map { EmailTokenSigner(secret: $0.exposed) }
        guard let redis, let mail else { throw SettingsError(problems: ["REDIS_URL and MAIL_FROM must be usable"]) }
        self.redis = redis
        self.mail = mail
    }
}
