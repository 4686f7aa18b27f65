import Chassis
import Domain
import Jobs
import MediaStoring
import Storage

/// Handles ``DeleteAccount``, some rows at a time: each step deletes what is left, so that a run after a crash
/// continues. The account is closed, so that no row is added meanwhile. Its own row is deleted last, together with the
/// job, when no row is left that is counted elsewhere: a cascade would not count.
struct DeleteAccountHandler: Sendable {
    let accounts: AccountStore
    let friends: FriendStore
    let follows: FollowStore
    let posts: PostStore
    let comments: CommentStore
    let shares: ShareStore
    let messages: MessageStore
    let uploads: UploadStore
    let events: UserEventLog
    let producer: Producer
    let blobs: any BlobStore
    let disk: BlockingPool

    @Sendable func run(_ job: DeleteAccount, _ context: JobContext) async throws -> Completion {
        var files = 0
        repeat {
            files += try await removeRows(job, context)
        } while try await !accounts.removeDeleted(job.account, job: context.id)
        context.log.info("account deleted", ["files": .number(files)])
        return .recorded
    }

    /// - Returns: How many files were removed.
    private func removeRows(_ job: DeleteAccount, _ context: JobContext) async throws -> Int {
        while true {
            try Task.checkCancellation()
            let unfinished = try await uploads.ofDeleted(job.account)
            guard !unfinished.isEmpty else { break }
            let removal = try producer.outboxJob(RemoveUploads(uploads: unfinished), trace: context.trace)
            _ = try await uploads.remove(unfinished, ofDeleted: job.account, enqueuing: removal)
        }
        var removed = 0
        var left = 0
        repeat {
            try Task.checkCancellation()
            let files = try await accounts.filesOfDeleted(job.account)
            guard !files.isEmpty else { break }
            let removal = try producer.outboxJob(RemoveMedia(media: files, of: job.account), trace: context.trace)
            let step = try await accounts.removeFiles(files, of: job.account, enqueuing: removal)
            removed += step.removed
            left = step.left
            context.report("\(removed) of \(removed + left) files removed")
        } while left > 0
        var friendships = 0
        var ended = 0
        repeat {
            try Task.checkCancellation()
            ended = try await friends.removeSome(of: job.account)
            friendships += ended
            context.report("\(friendships) friendships removed")
        } while ended > 0
        while try await follows.removeSome(of: job.account) > 0 { try Task.checkCancellation() }
        while try await posts.removeSome(of: job.account) > 0 { try Task.checkCancellation() }
        while try await shares.removeSome(of: job.account) > 0 { try Task.checkCancellation() }
        while try await comments.removeSome(of: job.account) > 0 { try Task.checkCancellation() }
        while try await messages.removeSome(of: job.account) > 0 { try Task.checkCancellation() }
        while try await accounts.forgetActor(job.account) > 0 { try Task.checkCancellation() }
        while try await events.removeSome(of: job.account) > 0 { try Task.checkCancellation() }
        try await disk.run { [blobs] in try blobs.delete(ExportBlobs.file(of: job.account)) }
        try Task.checkCancellation()
        return removed
    }
}
