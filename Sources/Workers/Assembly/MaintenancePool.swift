import Chassis
import Jobs
import MediaStoring
import Storage

/// Deletes and exports accounts; prunes exports, sessions, notifications, jobs, expired and orphaned uploads; repairs
/// what posts are found by; ends suspensions.
enum MaintenancePool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let database = context.database
        let blobs = try settings.media.openStore()
        let disk = BlockingPool(name: "disk", threads: settings.media.threads(local: 2), queueLimit: 1_024)
        let exports = AccountExports(database)
        let messages = MessageStore(database)
        let uploads = UploadStore(database)
        let delete = DeleteAccountHandler(
            accounts: AccountStore(database), friends: FriendStore(database, events: context.events),
            follows: FollowStore(database), posts: PostStore(database), comments: CommentStore(database),
            shares: ShareStore(database), messages: messages, uploads: uploads, events: UserEventLog(database),
            producer: context.producer, blobs: blobs, disk: disk)
        let export = ExportAccountHandler(exports: exports, blobs: blobs, disk: disk)
        let orphans = RemoveOrphanedUploadsHandler(
            media: MediaStore(database), uploads: uploads, producer: context.producer, blobs: blobs, disk: disk)
        let unfinished = UploadHandlers(uploads: uploads, producer: context.producer, blobs: blobs, disk: disk)
        let prune = PruningHandlers(
            pruning: Pruning(database), messages: messages, events: UserEventLog(database), exports: exports,
            blobs: blobs, disk: disk)
        let search = SearchHandlers(
            search: PostSearch(database), hashtags: HashtagStore(database), messages: messages, database: database,
            producer: context.producer)
        return [
            JobHandler(DeleteAccount.self, delete.run),
            JobHandler(ExportAccount.self, export.run, onDeadLetter: export.giveUp),
            JobHandler(RemoveOrphanedUploads.self, orphans.run),
            JobHandler(RemoveUploads.self, unfinished.remove),
            JobHandler(PruneUploads.self, unfinished.prune),
            JobHandler(PruneExports.self, prune.exports),
            JobHandler(PruneJobs.self, prune.jobs),
            JobHandler(PruneSessions.self, prune.sessions),
            JobHandler(PruneNotifications.self, prune.notifications),
            JobHandler(PruneUserEvents.self, prune.userEvents),
            JobHandler(EndSuspensions.self, EndSuspensionsHandler(actions: ActionStore(database)).run),
            JobHandler(IndexMessages.self, search.indexMessages),
            JobHandler(IndexPosts.self, search.indexPosts), JobHandler(CountHashtags.self, search.countHashtags),
        ]
    }
}
