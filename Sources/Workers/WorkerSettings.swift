import Brokers
import Chassis
import Crypto
import Jobs
import MediaStoring
import Postgres
import Redis
import Storage

/// The settings of a worker process, read once at start.
struct WorkerSettings: Sendable {
    let chassis: ChassisSettings
    let database: DatabaseSettings
    let redis: RedisSettings
    let media: MediaSettings
    let mail: MailerSettings
    let webClient: WebClientURL
    /// How long an e-mail digest waits for further notifications.
    let digestWindow: Duration
    /// How many jobs run at the same time.
    let concurrency: Int
    /// Signs the tokens in e-mails. Nil in every pool but `email`; no other needs the secret.
    let emailTokens: EmailTokenSigner?
    /// Nil in every pool but `deliveries`.
    let deliveries: DeliverySettings?
    /// Nil in every pool but `events`.
    let events: EventSettings?

    /// - Throws: `SettingsError` with every mistake.
    init(_ environment: [String: String], pool: QueueName, isTerminal: Bool) throws {
        var reader = SettingsReader(environment)
        chassis = ChassisSettings(&reader, process: pool.rawValue, defaultLoops: 1, isTerminal: isTerminal)
        database = StorageSettings.database(&reader, process: pool.rawValue)
        let redis = QueueSettings.redis(&reader)
        media = MediaSettings(
            &reader, dataDirectory: chassis.dataDirectory, isUsed: pool.usesMedia)
        let mail = MailerSettings(
            &reader, dataDirectory: chassis.dataDirectory, isRequiredInProduction: pool == .email)
        concurrency = reader.read(
            Setting(pool.concurrencySetting, default: pool.defaultConcurrency, in: 1...64, "jobs at the same time"))
        webClient = reader.read(WebClientURL.setting.requiredInProduction(pool == .email))
        digestWindow = .seconds(
            reader.read(
                Setting(
                    "NOTIFICATION_DIGEST_SECONDS", default: 60, in: 0...86_400,
                    "seconds in which the notifications of a user go into one e-mail")))
        let secrets = GeneratedSecrets(chassis)
        let secret = pool == .email ? secrets.read("REFRESH_TOKEN_SECRET", &reader) : nil
        deliveries = pool == .deliveries ? DeliverySettings(&reader, secrets, chassis) : nil
        events = pool == .events ? EventSettings(&reader) : nil
        try reader.finish()
        emailTokens = secret.map { EmailTokenSigner(secret: $0.exposed) }
        guard let redis, let mail else { throw SettingsError(problems: ["REDIS_URL and MAIL_FROM must be usable"]) }
        self.redis = redis
        self.mail = mail
    }
}

extension WorkerSettings {
    /// Logs where the stores are that the pool uses.
    func logStores(of pool: QueueName) {
        chassis.log.store("PostgreSQL", at: StoreAddress(url: database.url.exposed))
        chassis.log.store("Redis", at: StoreAddress(redis.endpoint.description))
        if pool.usesMedia { chassis.log.store("media store", at: media.address) }
        if pool == .email { chassis.log.store("mail", at: mail.address) }
        if let rabbitMQ = events?.rabbitMQ { chassis.log.store("RabbitMQ", at: rabbitMQ.address) }
        if let kafka = events?.kafka { chassis.log.store("Kafka", at: kafka.address) }
    }
}

extension QueueName {
    /// Whether the pool reads or writes uploaded files.
    fileprivate var usesMedia: Bool { self == .images || self == .audio || self == .maintenance }
}
