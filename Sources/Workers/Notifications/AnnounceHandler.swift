import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage

/// Keeps the promises of ``Announce`` and ``AnnounceTo``: everybody in the order of their ids, a thousand a job, each step
/// written with how far it came, so that a run that dies goes on where it stopped and nobody is told twice.
struct AnnounceHandler: Sendable {
    let notifications: NotificationStore
    let database: Database
    let producer: Producer
    let redis: Redis

    @Sendable func all(_ job: Announce, _ context: JobContext) async throws -> Completion {
        var fan = FanOut(context, database: database, producer: producer)
        var count = 0
        while true {
            try Task.checkCancellation()
            let people = try await notifications.people(after: fan.checkpoint.flatMap { UserID($0) })
            guard let last = people.last else { break }
            try await fan.step(
                [AnnounceTo(announcement: job.announcement, people: people)], checkpoint: last.description)
            count += people.count
            context.report("\(count) people")
        }
        context.log.info("announced", ["people": .number(count)])
        return .finished
    }

    @Sendable func some(_ job: AnnounceTo, _ context: JobContext) async throws -> Completion {
        let told = try await notifications.announce(job.announcement, to: job.people, job: context.id)
        for (user, notification) in told {
            NotificationTold(user: user, notification: notification, kind: .announcement).publish(over: redis)
        }
        return .recorded
    }
}
