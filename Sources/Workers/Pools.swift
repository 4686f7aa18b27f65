import Chassis
import Crypto
import Jobs
import Mail
import MediaStoring
import Storage
import Web

/// Which pool does which job.
enum Pools {
    static func handlers(of pool: QueueName, _ context: WorkerContext, _ settings: WorkerSettings) throws
        -> [JobHandler]
    {
        switch pool {
        case .images:
            let blobs = try LocalBlobStore(root: settings.media.root)
            let disk = BlockingPool(name: "disk", threads: 2, queueLimit: 1_024)
            let makeAvatar = MakeAvatarHandler(
                media: context.media, redis: context.redis, blobs: blobs, producer: context.producer,
                decoders: PictureDecoders(count: settings.slots))
            let removeMedia = RemoveMediaHandler(blobs: blobs, disk: disk)
            return [
                JobHandler(MakeAvatar.self, makeAvatar.run, whenDead: makeAvatar.giveUp),
                JobHandler(RemoveMedia.self, removeMedia.run),
            ]
        case .notifications: return try notificationHandlers(context, settings)
        case .email:
            guard let links = settings.links else { preconditionFailure("mails need a signer of links") }
            let mailer = Mailer(settings.mail, threads: settings.slots)
            let accounts = AccountStore(context.database)
            let work = MailHandler(
                mailer: mailer, accounts: accounts,
                sessions: SessionStore(context.database), links: EmailTokenStore(context.database),
                signer: links, webClient: settings.webClient)
            let digest = SendDigestHandler(
                mailer: mailer, accounts: accounts, notifications: NotificationStore(context.database),
                producer: context.producer, webClient: settings.webClient, window: settings.digestWindow)
            return [
                JobHandler(SendDigest.self, digest.run),
                JobHandler(SendWelcome.self, work.welcome),
                JobHandler(SendVerification.self, work.verification),
                JobHandler(SendPasswordReset.self, work.passwordReset),
                JobHandler(SendPasswordChanged.self, work.passwordChanged),
                JobHandler(SendSignInNotice.self, work.signIn),
            ]
        case .counters:
            let reconcile = ReconcileCountersHandler(audit: CounterAudit(context.database))
            return [JobHandler(ReconcileCounters.self, reconcile.run)]
        case .maintenance:
            let pruning = Pruning(context.database)
            let blobs = try LocalBlobStore(root: settings.media.root)
            let disk = BlockingPool(name: "disk", threads: 2, queueLimit: 1_024)
            let exports = AccountExports(context.database)
            let export = ExportAccountHandler(exports: exports, blobs: blobs, disk: disk)
            let delete = DeleteAccountHandler(
                accounts: AccountStore(context.database), friends: FriendStore(context.database),
                messages: MessageStore(context.database), producer: context.producer, blobs: blobs, disk: disk)
            return [
                JobHandler(DeleteAccount.self, delete.run),
                JobHandler(ExportAccount.self, export.run, whenDead: export.giveUp),
                JobHandler(PruneExports.self, PruneExportsHandler(exports: exports, blobs: blobs, disk: disk).run),
                JobHandler(
                    RemoveOrphanedUploads.self,
                    RemoveOrphanedUploadsHandler(media: context.media, blobs: blobs, disk: disk).run),
                JobHandler(PruneJobs.self, PruneJobsHandler(pruning: pruning).run),
                JobHandler(
                    PruneSessions.self,
                    PruneSessionsHandler(pruning: pruning, messages: MessageStore(context.database)).run),
            ]
        case .presence:
            let expire = ExpirePresenceHandler(
                presence: PresenceStore(context.redis), lastSeen: LastSeen(context.database))
            return [JobHandler(ExpirePresence.self, expire.run)]
        }
    }

    private static func notificationHandlers(
        _ context: WorkerContext, _ settings: WorkerSettings
    ) throws -> [JobHandler] {
        guard let webhooks = settings.webhooks, let keys = settings.pushKeys else {
            preconditionFailure("notifications need webhooks and keys")
        }
        let notifications = NotificationStore(context.database)
        let subscriptions = PushSubscriptions(context.database)
        let pool = BlockingPool(name: "deliver", threads: settings.slots, queueLimit: 1_024)
        let hook = { (url: String?) in url.map { Webhook($0, secret: webhooks.secret, pool: pool) } }
        let notify = NotifyHandler(
            notifications: notifications, preferences: PreferenceStore(context.database),
            presence: PresenceStore(context.redis), producer: context.producer, redis: context.redis,
            digestWindow: settings.digestWindow)
        let push = SendPushHandler(
            notifications: notifications, subscriptions: subscriptions, webhook: hook(webhooks.push),
            database: context.database, producer: context.producer)
        let webPush = SendWebPushHandler(
            notifications: notifications, subscriptions: subscriptions,
            sender: PushSender(pair: keys, contact: "mailto:\(settings.mail.from.address)"),
            client: WebClient(isPublicOnly: settings.chassis.isProduction), pool: pool)
        let announce = AnnounceHandler(
            notifications: notifications, database: context.database, producer: context.producer, redis: context.redis)
        return [
            JobHandler(Notify.self, notify.run), JobHandler(SendPush.self, push.run),
            JobHandler(SendWebPush.self, webPush.run),
            JobHandler(ReportFirstFriend.self, ReportFirstFriendHandler(webhook: hook(webhooks.achievement)).run),
            JobHandler(Announce.self, announce.all), JobHandler(AnnounceTo.self, announce.some),
        ]
    }
}
