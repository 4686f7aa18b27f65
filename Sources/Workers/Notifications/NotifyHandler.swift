import Chassis
import Domain
import Jobs
import Storage

/// Handles ``Notify``: creates the notification and enqueues push and e-mail, as the user's preferences say. Rows, jobs
/// and the end of this job are one statement, and a second run of one event changes nothing.
struct NotifyHandler: Sendable {
    let catalog: NotificationCatalog
    let notifications: NotificationStore
    let preferences: PreferenceStore
    let presence: PresenceStore
    let producer: Producer
    /// How long an e-mail digest waits for further notifications.
    let digestWindow: Duration

    @Sendable func run(_ job: Notify, _ context: JobContext) async throws -> Completion {
        guard let descriptor = catalog[job.about] else {
            throw JobError.unsupported(reason: "there is no notification kind \(job.about.rawValue)")
        }
        guard let chosen = try await preferences.read(job.user, forActionBy: job.actor) else { return .finished }
        let choice = chosen.preferences.choice(for: descriptor)
        guard choice.enabled else { return .finished }
        let isInboxOnly = choice.onlyWhenOffline == true ? try await isOnline(job.user) : false
        let new = NewNotification(
            id: NotificationID(unixMilliseconds: Timestamp.now.unixMilliseconds), user: job.user, descriptor,
            actor: job.actor, entity: job.entity, title: job.title, event: job.event(descriptor))
        let push =
            choice.methods.contains(.push) && !isInboxOnly
            ? try producer.outboxJob(SendPush(notification: new.id), trace: context.trace) : nil
        let digest =
            choice.methods.contains(.email) && chosen.wantsEmail && !isInboxOnly
            ? try producer.outboxJob(SendDigest(account: job.user), trace: context.trace, after: digestWindow) : nil
        let enqueued = try await notifications.create(new, push: push, digest: digest, finishing: context.id)
        for job in [push, digest].compactMap({ $0 }) where enqueued.contains(job.id) { producer.push(job) }
        return .recorded
    }

    private func isOnline(_ user: UserID) async throws -> Bool {
        (try await presence.read([user]))[user].map { $0.status != .offline } ?? false
    }
}

/// The only place that delays deliveries by quiet hours: push and digest handlers ask it before they deliver, so that a
/// change of the preferences applies to jobs that are enqueued already.
struct QuietHoursCheck: Sendable {
    let notifications: NotificationStore

    /// - Throws: `JobError.snooze` until the user's quiet hours end.
    func callAsFunction(_ user: UserID) async throws {
        let delay = try await notifications.quietDelay(of: user)
        guard delay == .zero else { throw JobError.snooze(delay) }
    }
}
