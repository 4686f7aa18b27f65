import Domain
import Jobs
import Storage

/// Handles ``NotifyMentions``: looks up all names that a text mentions in one statement, and writes who is mentioned
/// together with a ``Notify`` for each user who was not before. A text that was changed meanwhile is left to the job of
/// that change.
struct MentionsHandler: Sendable {
    let mentions: MentionStore
    let producer: Producer

    @Sendable func run(_ job: NotifyMentions, _ context: JobContext) async throws -> Completion {
        guard let text = try await mentions.text(of: job.text, isComment: job.isComment) else { return .finished }
        let mentioned = Mentions(in: text.content)
        var found: [String: (user: UserID, isNotified: Bool)] = [:]
        if !mentioned.isEmpty {
            found = try await mentions.users(named: mentioned.candidates.flatMap { $0 }, in: job.text)
        }
        let receivers = Set(found.values.filter(\.isNotified).map(\.user))
        let kind: NotificationKind = job.isComment ? .commentMentioned : .postMentioned
        var notices: [UserID: OutboxJob] = [:]
        let users = mentioned.users(among: found.mapValues(\.user))
        for user in users where receivers.contains(user) {
            notices[user] = try producer.outboxJob(
                Notify(kind, to: user, by: text.author, entity: job.text), trace: context.trace)
        }
        let added = try await mentions.set(
            job.text, text.content, enqueuing: notices, keeping: users, finishing: context.id)
        for user in added { notices[user].map(producer.push) }
        return .recorded
    }
}
