package import Chassis
package import Crypto
package import Jobs
package import MediaStoring
package import Postgres
package import Redis
import Storage

/// The settings that features read.
package struct FeatureSettings: Sendable {
    /// Whether users may name push services on this machine.
    package let acceptsLocalEndpoints: Bool
    package let presenceTimes: PresenceTimes
    package let limitMode: LimitMode
    package let media: MediaLimits
    package let mediaAddresses: MediaAddresses
    /// Whether administrators and moderators must enable two-factor login to use their role.
    package let needsTwoFactorOfStaff: Bool

    package init(
        acceptsLocalEndpoints: Bool, presenceTimes: PresenceTimes, limitMode: LimitMode, media: MediaLimits,
        mediaAddresses: MediaAddresses = MediaAddresses(), needsTwoFactorOfStaff: Bool = false
    ) {
        self.acceptsLocalEndpoints = acceptsLocalEndpoints
        self.presenceTimes = presenceTimes
        self.limitMode = limitMode
        self.media = media
        self.mediaAddresses = mediaAddresses
        self.needsTwoFactorOfStaff = needsTwoFactorOfStaff
    }
}

/// The services that the features of all event loops share.
package struct SharedServices: Sendable {
    package let settings: FeatureSettings
    package let tokens: TokenIssuer
    package let emailTokens: EmailTokenSigner
    package let twoFactorCodes: TwoFactorCodes
    package let passwords: Passwords
    package let providers: Providers
    package let pushSender: PushSender
    package let blobs: any BlobStore
    /// Threads for blocking reads and writes of files.
    package let disk: BlockingPool
    package let metrics: Metrics
    /// What requests read of the health of the process.
    package let health = HealthState()
    let onlineFriendsMetrics: OnlineFriendsMetrics
    let timelineMetrics: TimelineMetrics
    let postCacheMetrics: CacheMetrics
    let totalCacheMetrics: CacheMetrics
    let timeZones = KnownTimeZones()
    let eventWaits = EventWaitLimit()

    package init(
        settings: FeatureSettings, tokens: TokenIssuer, emailTokens: EmailTokenSigner, twoFactorCodes: TwoFactorCodes,
        passwords: Passwords, providers: Providers, pushSender: PushSender, blobs: any BlobStore, disk: BlockingPool,
        metrics: Metrics
    ) {
        self.settings = settings
        self.tokens = tokens
        self.emailTokens = emailTokens
        self.twoFactorCodes = twoFactorCodes
        self.passwords = passwords
        self.providers = providers
        self.pushSender = pushSender
        self.blobs = blobs
        self.disk = disk
        self.metrics = metrics
        onlineFriendsMetrics = OnlineFriendsMetrics(in: metrics)
        timelineMetrics = TimelineMetrics(in: metrics)
        postCacheMetrics = CacheMetrics(.posts, in: metrics)
        totalCacheMetrics = CacheMetrics(.totals, in: metrics)
        metrics.gauge("event_waits", "Requests that wait for events of a user.") { [eventWaits] in
            Double(eventWaits.total)
        }
    }
}

/// What the features of one event loop are built from.
///
/// `@unchecked Sendable`: loop-confined.
package final class FeatureEnvironment: @unchecked Sendable {
    package let loop: EventLoop
    package let database: Database
    package let redis: Redis
    package let shared: SharedServices
    /// One for the process.
    package let revoked: RevokedSessions
    let producer: Producer
    /// Tells those who wait, in all processes, what a store has appended.
    let events: UserEventOutlet
    /// Of the caches.
    let boundedRedis: BoundedRedis
    /// What strangers see of posts. Every write that changes it renews the cache before its answer.
    let publicPosts: PublicPosts

    package init(
        on loop: EventLoop, database: Database, redis: Redis, shared: SharedServices, revoked: RevokedSessions
    ) {
        self.loop = loop
        self.database = database
        self.redis = redis
        self.shared = shared
        self.revoked = revoked
        producer = Producer(on: loop, redis: redis)
        let publisher = UserEventPublisher(on: loop, redis: redis)
        events = UserEventOutlet { publisher.publish($0) }
        boundedRedis = BoundedRedis(on: loop)
        publicPosts = PublicPosts(CacheStore(.posts, redis), boundedRedis, shared.postCacheMetrics)
    }
}

/// A Redis channel that a feature subscribes to.
package struct FeatureChannel: Sendable {
    /// Without the installation's prefix.
    package let name: String
    /// Called after each new subscription: messages may have been missed before it.
    package let onSubscribed: @Sendable () -> Void
    package let onMessage: @Sendable ([UInt8]) -> Void
}
