import Chassis
import Domain
import Jobs
import Redis
import Storage

/// Keeps the promise of ``Notify``: an inbox row, a push and a place in the next mail, as they want it. The row, the promises
/// and the end of the job are one statement, and a second telling of one event changes nothing.
struct NotifyHandler: Sendable {
    let notifications: NotificationStore
    let preferences: PreferenceStore
    let presence: PresenceStore
    let producer: Producer
    let redis: Redis
    /// How long a mail waits for more to go into it.
    let digestWindow: Duration

    @Sendable func run(_ job: Notify, _ context: JobContext) async throws -> Completion {
        let new = NotificationStore.New(
            id: NotificationID(unixMilliseconds: Timestamp.now.unixMilliseconds), user: job.user, kind: job.about,
            actor: job.actor, entity: job.entity, title: job.title, event: job.event)
        guard try await notifications.isOfInterest(new), let chosen = try await preferences.read(job.user) else {
            return .finished
        }
        let wanted = chosen.preferences.of(job.about)
        guard wanted.enabled else { return .finished }
        let isThere = wanted.onlyWhenOffline == true ? try await isThere(job.user) : false
        let push =
            wanted.methods.contains(.push) && !isThere
            ? try producer.outboxJob(SendPush(notification: new.id), trace: context.trace) : nil
        let digest =
            wanted.methods.contains(.email) && chosen.wantsEmail && !isThere
            ? try producer.outboxJob(SendDigest(account: job.user), trace: context.trace, after: digestWindow) : nil
        let told = try await notifications.tell(new, push: push, digest: digest, job: context.id)
        guard told.isNew else { return .recorded }
        // In quiet hours a promise waits longer than its envelope says; those the sweep brings to Redis when they are due.
        if try await notifications.quietDelay(of: job.user) == .zero {
            for promised in [push, digest].compactMap({ $0 }) where told.promised.contains(promised.id) {
                producer.push(promised)
            }
        }
        NotificationTold(user: job.user, notification: new.id, kind: job.about).publish(over: redis)
        return .recorded
    }

    private func isThere(_ user: UserID) async throws -> Bool {
        (try await presence.read([user]))[user].map { $0.status != .offline } ?? false
    }
}
