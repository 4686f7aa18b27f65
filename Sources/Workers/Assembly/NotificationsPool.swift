import Chassis
import Crypto
import Domain
import Jobs
import Mail
import Storage
import Web

/// Creates notifications, and delivers them to push services, browsers and other services.
enum NotificationsPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        try handlers(context, settings, .standard)
    }

    /// - Parameter catalog: The kinds of notifications.
    static func handlers(
        _ context: WorkerContext, _ settings: WorkerSettings, _ catalog: NotificationCatalog
    ) throws -> [JobHandler] {
        guard let webhooks = settings.webhooks, let keys = settings.pushKeys else {
            preconditionFailure("notifications need webhook settings and push keys")
        }
        let notifications = NotificationStore(context.database)
        let subscriptions = PushSubscriptions(context.database)
        let threads = BlockingPool(name: "deliver", threads: settings.concurrency, queueLimit: 1_024)
        let webhook = { (url: String?) in url.map { Webhook($0, secret: webhooks.secret, pool: threads) } }
        let notify = NotifyHandler(
            catalog: catalog, notifications: notifications, preferences: PreferenceStore(context.database),
            presence: PresenceStore(context.redis), producer: context.producer, digestWindow: settings.digestWindow)
        let push = SendPushHandler(
            catalog: catalog, notifications: notifications, subscriptions: subscriptions,
            webhook: webhook(webhooks.push),
            database: context.database, producer: context.producer)
        let webPush = SendWebPushHandler(
            catalog: catalog, notifications: notifications, subscriptions: subscriptions,
            sender: PushSender(pair: keys, contact: "mailto:\(settings.mail.from.address)"),
            client: WebClient(destinations: .named(acceptsLoopback: settings.acceptsLocalEndpoints)), pool: threads)
        let firstFriend = ReportFirstFriendHandler(webhook: webhook(webhooks.achievement))
        let announcement = AnnouncementHandler(
            announcements: AnnouncementStore(context.database), database: context.database,
            producer: context.producer)
        return [
            JobHandler(Notify.self, notify.run),
            JobHandler(SendPush.self, push.run),
            JobHandler(SendWebPush.self, webPush.run),
            JobHandler(ReportFirstFriend.self, firstFriend.run),
            JobHandler(SendAnnouncement.self, announcement.send),
            JobHandler(DeliverAnnouncement.self, announcement.deliver),
        ]
    }
}
