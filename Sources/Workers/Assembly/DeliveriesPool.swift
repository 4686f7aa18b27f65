import Chassis
import Crypto
import Domain
import Jobs
import Mail
import Storage
import Web

/// Delivers to other services: to the operator's webhooks, and to the push services that users name.
enum DeliveriesPool {
    /// How long one attempt may take in all.
    static let timeout = Duration.seconds(5)

    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        try handlers(context, settings, .standard)
    }

    /// - Parameters:
    ///   - catalog: The kinds of notifications.
    ///   - timeout: How long one attempt may take in all.
    static func handlers(
        _ context: WorkerContext, _ settings: WorkerSettings, _ catalog: NotificationCatalog,
        timeout: Duration = timeout
    ) throws -> [JobHandler] {
        guard let deliveries = settings.deliveries, let keys = deliveries.pushKeys else {
            preconditionFailure("deliveries need their settings and push keys")
        }
        let notifications = NotificationStore(context.database)
        let subscriptions = PushSubscriptions(context.database)
        // A thread for each slot: no delivery waits for another's.
        let threads = BlockingPool(name: "deliver", threads: settings.concurrency, queueLimit: 1_024)
        let gate = DeliveryGate(context.redis, probeTime: timeout * 2)
        let sender = { (destinations: WebDestinations) in
            DeliverySender(
                client: WebClient(timeout: timeout, destinations: destinations), pool: threads, gate: gate)
        }
        let webhook = { (url: String?) in
            url.map { Webhook($0, secret: deliveries.webhooks.secret, sender: sender(.configured)) }
        }
        let push = SendPushHandler(
            catalog: catalog, notifications: notifications, subscriptions: subscriptions,
            webhook: webhook(deliveries.webhooks.push), limits: deliveries.limits, database: context.database,
            producer: context.producer)
        let webPush = SendWebPushHandler(
            catalog: catalog, notifications: notifications, subscriptions: subscriptions,
            signer: PushSender(pair: keys, contact: "mailto:\(settings.mail.from.address)"),
            sender: sender(.named(acceptsLoopback: deliveries.acceptsLocalEndpoints)))
        let firstFriend = ReportFirstFriendHandler(webhook: webhook(deliveries.webhooks.achievement))
        return [
            JobHandler(SendPush.self, push.run),
            JobHandler(SendWebPush.self, webPush.run),
            JobHandler(ReportFirstFriend.self, firstFriend.run),
        ]
    }
}
