import Chassis
import Jobs
import Social
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
        let job = try producer.promise(Announce(announcement: id), trace: trace)
        try await notifications.announce(
            id, title: try ProfileText.name(title, field: "title"),
            body: try ProfileText.biography(body, field: "body"),
            by: principal.user, promising: job)
        producer.push(job)
        return id
    }
}
