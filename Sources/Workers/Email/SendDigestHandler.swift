import Chassis
import Domain
import Jobs
import Storage

/// Keeps the promise of ``SendDigest``: one mail about everything that somebody wants to be mailed and has not read. When
/// they have read all of it there is no mail; in their quiet hours it waits.
struct SendDigestHandler: Sendable {
    let mailer: Mailer
    let accounts: AccountStore
    let notifications: NotificationStore
    let producer: Producer
    let webClient: WebClientURL
    let window: Duration

    @Sendable func run(_ job: SendDigest, _ context: JobContext) async throws -> Completion {
        let quiet = try await notifications.quietDelay(of: job.account)
        guard quiet == .zero else { throw JobError.snooze(quiet) }
        guard let recipient = try await accounts.recipient(job.account) else { return .finished }
        let news = try await notifications.toMail(job.account)
        if !news.isEmpty {
            let letter = Letter.digest(recipient.username, news, webClient.text, in: recipient.language)
            try await mailer.send(letter, to: recipient.email, for: context)
            context.log.info("mail sent", ["notifications": .number(news.count)])
        }
        let next = try producer.outboxJob(SendDigest(account: job.account), trace: context.trace, after: window)
        if try await notifications.finishMail(
            to: job.account, of: news.map(\.id), job: context.id, next: next)
        {
            producer.push(next)
        }
        return .recorded
    }
}
