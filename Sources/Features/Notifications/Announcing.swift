import Chassis
import Domain
import Jobs
import Storage

/// Says something to everybody; only administrators do.
struct Announcing: Sendable {
    let notifications: NotificationStore
    let accounts: AccountStore
    let producer: Producer

    /// - Throws: ``AccountRefusal/roleMissing``, `ValidationError`.
    func callAsFunction(
        title: String, body: String, by principal: Principal, trace: String
    ) async throws -> AnnouncementID {
        guard try await accounts.role(of: principal.user) == .admin else { throw AccountRefusal.roleMissing }
        let id = AnnouncementID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let job = try producer.outboxJob(Announce(announcement: id), trace: trace)
        try await notifications.announce(
            id, title: try ProfileText.name(title, field: "title"),
            body: try ProfileText.biography(body, field: "body"),
            by: principal.user, enqueuing: job)
        producer.push(job)
        return id
    }
}
