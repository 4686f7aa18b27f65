import Chassis
import Domain
import Jobs

/// Keeps the promise of ``ReportFirstFriend``.
struct ReportFirstFriendHandler: Sendable {
    let webhook: Webhook?

    @Sendable func run(_ job: ReportFirstFriend, _ context: JobContext) async throws -> Completion {
        guard let webhook else {
            context.log.info("first friendship recorded, there is no service to report it to")
            return .finished
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("userId", job.user.description)
            object.member("friendId", job.friend.description)
            // The job is as old as the friendship.
            let milliseconds = Int64(context.id.identifier.unixMilliseconds)
            object.member("timestamp", Timestamp(microseconds: milliseconds * 1_000), .seconds)
        }
        try await webhook.deliver(writer.bytes, for: context)
        return .finished
    }
}
