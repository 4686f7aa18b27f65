import Domain
import Features
import Jobs
import Storage

/// Creates notifications and enqueues their deliveries, adds entries to the timelines of followers, publishes scheduled
/// posts, and indexes posts for search. Nothing here waits for another service.
enum NotificationsPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let moved = MovedJobHandler(database: context.database, producer: context.producer)
        return try handlers(context, settings, .standard) + [
            JobHandler(SendPush.self, moved.run), JobHandler(SendWebPush.self, moved.run),
            JobHandler(ReportFirstFriend.self, moved.run),
        ]
    }

    /// - Parameter catalog: The kinds of notifications.
    static func handlers(
        _ context: WorkerContext, _ settings: WorkerSettings, _ catalog: NotificationCatalog
    ) throws -> [JobHandler] {
        let notify = NotifyHandler(
            catalog: catalog, notifications: NotificationStore(context.database, events: context.events),
            preferences: PreferenceStore(context.database), presence: PresenceStore(context.redis),
            producer: context.producer, digestWindow: settings.digestWindow)
        let mentions = MentionsHandler(mentions: MentionStore(context.database), producer: context.producer)
        let reporters = ReportersHandler(reports: ReportStore(context.database), producer: context.producer)
        let announcement = AnnouncementHandler(
            announcements: AnnouncementStore(context.database, events: context.events), database: context.database,
            producer: context.producer)
        let timelines = TimelineHandlers(
            follows: FollowStore(context.database), deliveries: PostDeliveryStore(context.database),
            timelines: TimelineStore(context.redis), publicPosts: CacheStore(.posts, context.redis),
            database: context.database, producer: context.producer)
        let drafts = PublishDraftHandler(
            publication: PublishDrafts(DraftStore(context.database), context.producer))
        return [
            JobHandler(PublishDraft.self, drafts.run),
            JobHandler(Notify.self, checksRow: false, notify.run),
            JobHandler(NotifyMentions.self, mentions.run),
            JobHandler(NotifyReporters.self, reporters.run),
            JobHandler(SendAnnouncement.self, announcement.send),
            JobHandler(DeliverAnnouncement.self, announcement.deliver),
            JobHandler(PushToTimelines.self, timelines.push), JobHandler(DropTimelines.self, timelines.drop),
            JobHandler(ChoosePostDelivery.self, timelines.chooseDelivery),
            JobHandler(
                IndexPost.self, checksRow: false, IndexPostHandler(search: PostSearch(context.database)).run),
            JobHandler(RenewPublicPosts.self, timelines.renewPublicPosts),
        ]
    }
}
