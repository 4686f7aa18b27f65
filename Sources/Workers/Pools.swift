import Chassis
import Jobs
import MediaStoring
import Storage

/// Which pool does which job.
enum Pools {
    static func handlers(of pool: Pool, _ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        switch pool {
        case .images:
            let blobs = try LocalBlobStore(root: settings.media.root)
            let disk = BlockingPool(name: "disk", threads: 2, queueLimit: 1_024)
            let makeAvatar = MakeAvatarWork(
                media: context.media, redis: context.redis, blobs: blobs, producer: context.producer,
                decoders: PictureDecoders(count: settings.slots))
            let removeMedia = RemoveMediaWork(blobs: blobs, disk: disk)
            let removeOrphans = RemoveOrphanedUploadsWork(media: context.media, blobs: blobs, disk: disk)
            return [
                JobHandler(MakeAvatar.self, makeAvatar.run, whenDead: makeAvatar.giveUp),
                JobHandler(RemoveMedia.self, removeMedia.run),
                JobHandler(RemoveOrphanedUploads.self, removeOrphans.run),
            ]
        case .email:
            guard let links = settings.links else { preconditionFailure("mails need a signer of links") }
            let work = MailWork(
                mailer: Mailer(settings.mail, threads: settings.slots), accounts: AccountStore(context.database),
                sessions: SessionStore(context.database), links: AccountLinks(context.database),
                signer: links, webClient: settings.webClient)
            return [
                JobHandler(SendWelcome.self, work.welcome),
                JobHandler(SendVerification.self, work.verification),
                JobHandler(SendPasswordReset.self, work.passwordReset),
                JobHandler(SendPasswordChanged.self, work.passwordChanged),
                JobHandler(SendSignInNotice.self, work.signIn),
            ]
        case .counters:
            let pruning = Pruning(context.database)
            let blobs = try LocalBlobStore(root: settings.media.root)
            let disk = BlockingPool(name: "disk", threads: 2, queueLimit: 1_024)
            let exports = AccountExports(context.database)
            let export = ExportAccountWork(exports: exports, blobs: blobs, disk: disk)
            let delete = DeleteAccountWork(
                accounts: AccountStore(context.database), producer: context.producer, blobs: blobs, disk: disk)
            return [
                JobHandler(DeleteAccount.self, delete.run),
                JobHandler(ExportAccount.self, export.run, whenDead: export.giveUp),
                JobHandler(PruneExports.self, PruneExportsWork(exports: exports, blobs: blobs, disk: disk).run),
                JobHandler(
                    ReconcileCounters.self, ReconcileCountersWork(audit: CounterAudit(context.database)).run),
                JobHandler(PruneJobs.self, PruneJobsWork(pruning: pruning).run),
                JobHandler(PruneSessions.self, PruneSessionsWork(pruning: pruning).run),
            ]
        case .presence:
            let expire = ExpirePresenceWork(
                presence: PresenceStore(context.redis), lastSeen: LastSeen(context.database))
            return [JobHandler(ExpirePresence.self, expire.run)]
        }
    }
}
