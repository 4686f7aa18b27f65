import Chassis
import Domain
import Jobs
import Postgres
import Storage

/// Handles ``SendAnnouncement`` and ``DeliverAnnouncement``: all users in the order of their ids, a thousand per job.
/// Each step is written with its checkpoint, so that a run that dies continues there and no user is notified twice. Of
/// the thousand a hundred at a time are told, because they get no other event until the commit.
struct AnnouncementHandler: Sendable {
    let announcements: AnnouncementStore
    let database: Database
    let producer: Producer
    private static let usersOfStep = 100

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
        var rest = job.people[...]
        repeat {
            try Task.checkCancellation()
            let step = Array(rest.prefix(Self.usersOfStep))
            rest = rest.dropFirst(Self.usersOfStep)
            _ = try await announcements.deliver(
                job.announcement, to: step, finishing: rest.isEmpty ? context.id : nil)
        } while !rest.isEmpty
        return .recorded
    }
}
