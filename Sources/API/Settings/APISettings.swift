import Chassis
import Crypto
import Features
import HTTP
import Jobs
import MediaStoring
import Postgres
import Redis
import Storage

/// The settings of the API, read once at the start.
struct APISettings: Sendable {
    let chassis: ChassisSettings
    let addresses: [SocketAddress]
    /// Base of every URL in an answer, without a trailing slash.
    let publicBaseURL: String
    let database: DatabaseSettings
    let redis: RedisSettings
    let media: MediaSettings
    let accessTokens: TokenSigner
    let refreshTokens: TokenSigner
    let emailTokens: EmailTokenSigner
    /// Keys of email tokens and nonces are derived from it.
    let refreshTokenSecret: Secret<[UInt8]>
    /// The token that other services send.
    let internalToken: Secret<[UInt8]>
    let pushKeys: KeyPair?
    let presenceTimes: PresenceTimes
    let webClient: WebClientURL
    /// The folder of Swagger UI's files.
    let swaggerUI: String
    let providers: [Provider]
    /// Whether administrators and moderators must enable two-factor login to use their role.
    let needsTwoFactorOfStaff: Bool
    let trustedProxies: TrustedProxies
    /// Nil: no limit.
    let connectionsPerAddress: Int?
    let limitMode: LimitMode
    let passwordThreads: Int
    let passwordWaitSeconds: Int
    /// How long the process reports itself as not ready before it stops listening.
    let drain: Duration
    /// Where the email workers of this installation send mail; the API enqueues it.
    let mail: StoreAddress
    /// Whether users may name push services on this machine.
    let acceptsLocalEndpoints: Bool

    /// Whether the router serves `/metrics`: in development, unless they have a listener of their own.
    var servesMetrics: Bool { !chassis.isProduction && chassis.metricsListen == nil }

    /// - Throws: `SettingsError` with all mistakes.
    init(_ environment: [String: String], isTerminal: Bool) throws {
        var reader = SettingsReader(environment)
        chassis = ChassisSettings(&reader, process: "api", defaultLoops: onlineCores(), isTerminal: isTerminal)
        addresses = reader.read(
            Setting("LISTEN", default: Self.defaultAddresses, "HOST:PORT, several with commas") { text in
                let addresses = text.split(separator: ",").map { SocketAddress(String($0)) }
                return addresses.contains { $0 == nil } ? nil : addresses.compactMap { $0 }
            })
        publicBaseURL = reader.read(
            Setting("PUBLIC_BASE_URL", default: "http://localhost:3000", "base of every URL in an answer") { text in
                guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return nil }
                return text.hasSuffix("/") ? String(text.dropLast()) : text
            }.requiredInProduction())
        needsTwoFactorOfStaff = reader.read(
            Setting("TWO_FACTOR_FOR_STAFF", default: false, "whether staff need two-factor login (on or off)") { text in
                switch text {
                case "on", "true": true
                case "off", "false": false
                default: nil
                }
            })
        var database = StorageSettings.database(&reader, process: "api", connections: 4)
        // Statements that give staff more than others ask the session.
        if needsTwoFactorOfStaff { database.parameters["socialplay.two_factor_for_staff"] = "on" }
        self.database = database
        let redis = QueueSettings.redis(&reader)
        media = MediaSettings(&reader, dataDirectory: chassis.dataDirectory)
        limitMode = reader.read(
            Setting<LimitMode>("RATE_LIMITS", default: .on, oneOf: "off for load tests, count refuses no request"))
        trustedProxies = reader.read(
            Setting(
                "TRUSTED_PROXIES", default: TrustedProxies.none, "addresses or networks of proxies, with commas",
                parse: { TrustedProxies($0) }))
        let connections = reader.read(
            Setting<Int?>(
                "CONNECTIONS_PER_ADDRESS", default: .some(nil), "open connections of one address, 0 for no limit"
            ) { text -> Int?? in
                guard let number = Int(text), (0...1_000_000).contains(number) else { return .none }
                return .some(number)
            })
        // Load tests lift the limits of requests, and have few addresses.
        let limit = connections ?? (limitMode == .on ? 1_024 : 0)
        connectionsPerAddress = limit == 0 ? nil : limit
        presenceTimes = PresenceTimes(
            heartbeatSeconds: reader.read(
                Setting("PRESENCE_HEARTBEAT_SECONDS", default: 15, in: 1...600, "seconds between two heartbeats")))
        webClient = reader.read(WebClientURL.setting)
        swaggerUI = reader.read(
            Setting("SWAGGER_UI", default: ".build/swagger-ui", "folder of Swagger UI's files") { $0 })
        providers = reader.read(
            Setting(
                "OPENID_PROVIDERS", default: [], "NAME=ISSUER|CLIENT_ID, several with spaces; https",
                parse: Provider.list))
        passwordThreads = reader.read(
            Setting("PASSWORD_THREADS", default: 2, in: 1...64, "passwords hashed at once, 64 MiB each"))
        passwordWaitSeconds = reader.read(
            Setting(
                "PASSWORD_WAIT_SECONDS", default: 5, in: 1...60,
                "how long a request may wait for the hash of a password"
            ))
        drain = .seconds(
            reader.read(
                Setting(
                    "DRAIN_SECONDS", default: chassis.isProduction ? 5 : 0, in: 0...300,
                    "seconds between SIGTERM and the end of listening")))
        // Checked here too: an installation that cannot send mail must not accept registrations.
        let mailServer = reader.read(
            Setting<String?>(
                "SMTP_URL", default: .some(nil), "where the email workers send mail, smtp://… or smtps://…",
                parse: { $0.wholeMatch(of: /(?i:smtps?):\/\/.+/) == nil ? nil : .some($0) }
            ).requiredInProduction())
        mail = mailServer.map { StoreAddress(url: $0) } ?? StoreAddress("\(chassis.dataDirectory)/mail/*.eml")
        acceptsLocalEndpoints = chassis.readLocalEndpoints(&reader)
        let secrets = GeneratedSecrets(chassis)
        let access = secrets.read("ACCESS_TOKEN_SECRET", &reader)
        let refresh = secrets.read("REFRESH_TOKEN_SECRET", &reader)
        internalToken = secrets.read("INTERNAL_API_TOKEN", &reader, least: 16)
        pushKeys = secrets.readPushKeys(&reader)
        try reader.finish()
        guard let redis else { throw SettingsError(problems: ["REDIS_URL must be set"]) }
        self.redis = redis
        accessTokens = TokenSigner(secret: access.exposed)
        refreshTokens = TokenSigner(secret: refresh.exposed)
        emailTokens = EmailTokenSigner(secret: refresh.exposed)
        refreshTokenSecret = refresh
    }

    private static let defaultAddresses = [
        SocketAddress(host: "127.0.0.1", port: 3000), SocketAddress(host: "127.0.0.1", port: 3003),
    ]
}

extension APISettings {
    /// Logs where the stores of the installation are.
    func logStores() {
        chassis.log.store("PostgreSQL", at: StoreAddress(url: database.url.exposed))
        chassis.log.store("Redis", at: StoreAddress(redis.endpoint.description))
        chassis.log.store("media store", at: media.address)
        chassis.log.store("mail", at: mail)
    }
}
