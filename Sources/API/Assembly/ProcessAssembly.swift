import Chassis
import Crypto
import Features
import MediaStoring

/// What all event loops of the process share.
struct ProcessAssembly: Sendable {
    let settings: APISettings
    let shared: SharedServices
    let services: ServiceAuthenticator
    let metrics: Metrics
    /// On the monotonic clock, in nanoseconds.
    let startedAt: UInt64

    init(_ settings: APISettings) throws {
        self.settings = settings
        guard let keys = settings.pushKeys else { preconditionFailure("settings that were read have keys") }
        metrics = Metrics()
        metrics.addProcessMetrics()
        shared = SharedServices(
            settings: FeatureSettings(
                acceptsLocalEndpoints: settings.acceptsLocalEndpoints, presenceTimes: settings.presenceTimes,
                limitMode: settings.limitMode, media: MediaLimits(settings.media),
                mediaAddresses: MediaAddresses(
                    publicBaseURL: settings.publicBaseURL, bucketURL: settings.media.bucketURL),
                needsTwoFactorOfStaff: settings.needsTwoFactorOfStaff),
            tokens: TokenIssuer(
                accessTokens: settings.accessTokens, refreshTokens: settings.refreshTokens,
                devices: DeviceTokens(secret: settings.refreshTokenSecret.exposed)),
            emailTokens: settings.emailTokens,
            twoFactorCodes: TwoFactorCodes(secret: settings.refreshTokenSecret.exposed),
            passwords: Passwords(
                threads: settings.passwordThreads, longestWait: .seconds(settings.passwordWaitSeconds)),
            providers: Providers(
                settings.providers, secret: settings.refreshTokenSecret.exposed, log: settings.chassis.log),
            pushSender: PushSender(pair: keys, contact: settings.publicBaseURL),
            blobs: try settings.media.openStore(),
            disk: BlockingPool(name: "disk", threads: settings.media.threads(local: 4), queueLimit: 1_024),
            metrics: metrics)
        services = ServiceAuthenticator(token: settings.internalToken.exposed)
        startedAt = monotonicNanoseconds()
    }
}
