import Chassis
import Domain
import Jobs

/// Handles ``ReportFirstFriend``: reports a user's first friendship to the achievement service.
struct ReportFirstFriendHandler: Sendable {
    let webhook: Webhook?

    @Sendable func run(_ job: ReportFirstFriend, _ context: JobContext) async throws -> Completion {
        guard let webhook else {
            context.log.info("first friendship not reported: ACHIEVEMENT_WEBHOOK_URL is not set")
            return .finished
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("userId", job.user.description)
            object.member("friendId", job.friend.description)
            // The job was created together with the friendship.
            let milliseconds = Int64(context.id.identifier.unixMilliseconds)
            object.member("timestamp", Timestamp(microseconds: milliseconds * 1_000), .seconds)
        }
        try await webhook.deliver(writer.bytes, for: context)
        return .finished
    }
}
