import Chassis
import Features
import HTTP
import Redis

/// The features and surfaces of one event loop, and the subscriptions of the features' channels.
///
/// `@unchecked Sendable`: loop-confined.
final class LoopAssembly: @unchecked Sendable {
    let context: RequestContext
    let router: Router
    /// Writes the metrics of the process and the queues; called on the loop.
    let metricsText: @Sendable () async -> String
    let checkHealth: CheckHealth
    let events: EventFeature
    private let subscription: RedisSubscription
    private let settings: APISettings

    init(_ connections: LoopConnections, _ process: ProcessAssembly, revoked: RevokedSessions) {
        let settings = process.settings
        let environment = FeatureEnvironment(
            on: connections.loop, database: connections.database, redis: connections.redis, shared: process.shared,
            revoked: revoked)
        let presence = PresenceFeature(environment)
        let accounts = AccountFeature(environment, presence: presence)
        let friends = FriendFeature(environment, presence: presence)
        let follows = FollowFeature(environment)
        let profiles = ProfileFeature(environment, presence: presence, friends: friends, follows: follows)
        let messages = MessageFeature(environment, presence: presence)
        let notifications = NotificationFeature(environment)
        let integration = IntegrationFeature(environment)
        events = EventFeature(environment)
        self.settings = settings
        let media = MediaFeature(environment)
        let operations = OperationsFeature(environment)
        let posts = PostFeature(environment)
        let moderation = ModerationFeature(environment, presence: presence, posts: posts)

        context = RequestContext(
            accounts.authenticator, presence.activity,
            RateLimiter(redis: connections.redis, mode: settings.limitMode), settings.trustedProxies,
            RequestLog(log: settings.chassis.log, authenticator: accounts.authenticator))
        let base = settings.publicBaseURL
        router = Router(
            [
                SocialPlaySurface(
                    context,
                    SocialPlaySurface.Features(
                        accounts: accounts, notifications: notifications, friends: friends, follows: follows,
                        profiles: profiles, posts: posts, messages: messages, moderation: moderation, media: media,
                        mediaAddresses: process.shared.settings.mediaAddresses,
                        analytics: AnalyticsFeature(environment)),
                    publicBaseURL: base
                ).table,
                MusiciansSurface(
                    context,
                    MusiciansSurface.Features(
                        accounts: accounts, media: media, profiles: profiles, follows: follows),
                    publicBaseURL: base
                ).table,
                SocialServiceSurface(
                    context, process.services,
                    SocialServiceSurface.Features(
                        friends: friends, messages: messages, presence: presence, notifications: notifications,
                        events: events, integration: integration, operations: operations),
                    publicBaseURL: base, startedAt: process.startedAt
                ).table,
                DocumentsSurface(context.log, swaggerUI: settings.swaggerUI, disk: process.shared.disk).table,
                OperationsSurface(context.log, operations, servesMetrics: settings.servesMetrics).table,
            ],
            renderUnmatched: Problem.renderer(context.log))

        checkHealth = operations.checkHealth
        let readMetrics = operations.readMetrics
        metricsText = { await readMetrics() }

        let channels = Dictionary(
            uniqueKeysWithValues: (friends.channels + media.channels).map {
                (connections.redis.key($0.name), $0)
            })
        subscription = RedisSubscription(
            on: connections.loop, settings: settings.redis, channels: Array(channels.keys), log: settings.chassis.log,
            onSubscribed: { for channel in channels.values { channel.onSubscribed() } },
            onMessage: { channel, message in channels[channel]?.onMessage(message) })
    }

    func start() {
        subscription.start()
        events.signals.start(settings.redis, log: settings.chassis.log)
    }

    func close() async {
        await events.signals.close()
        await subscription.close()
    }
}
