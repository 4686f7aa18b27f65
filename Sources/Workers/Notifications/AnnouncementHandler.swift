import Chassis
import Domain
import Jobs
import Postgres
import Storage

/// Handles ``SendAnnouncement`` and ``DeliverAnnouncement``: all users in the order of their ids, a thousand per job.
/// Each step is written with its checkpoint, so that a run that dies continues there and no user is notified twice.
struct AnnouncementHandler: Sendable {
    let announcements: AnnouncementStore
    let database: Database
    let producer: Producer

    @Sendable func send(_ job: SendAnnouncement, _ context: JobContext) async throws -> Completion {
        var fan = FanOut(context, database: database, producer: producer)
        var count = 0
        while true {
            try Task.checkCancellation()
            let users = try await announcements.receivers(after: fan.checkpoint.flatMap { UserID($0) })
            guard let last = users.last else { break }
            try await fan.step(
                [DeliverAnnouncement(announcement: job.announcement, people: users)], checkpoint: last.description)
            count += users.count
            context.report("\(count) users")
        }
        context.log.info("announcement enqueued", ["users": .number(count)])
        return .finished
    }

    @Sendable func deliver(_ job: DeliverAnnouncement, _ context: JobContext) async throws -> Completion {
        _ = try await announcements.deliver(job.announcement, to: job.people, finishing: context.id)
        return .recorded
    }
}
