import Chassis
package import Domain
import Jobs
import Storage

/// Publishes an announcement to all users, by a job; for administrators.
package struct PublishAnnouncement: Sendable {
    let announcements: AnnouncementStore
    let accounts: AccountStore
    let producer: Producer

    /// - Throws: `role_required`, `validation_failed`.
    package func callAsFunction(
        title: String, body: String, by caller: Caller
    ) async throws(DomainError) -> AnnouncementID {
        try await accounts.require(.admin, of: caller)
        let errors = FieldErrors()
        let (title, body) = try errors.all(
            errors.read { () throws(DomainError) in try ProfileText.name(title, field: "title") },
            errors.read { () throws(DomainError) in try ProfileText.biography(body, field: "body") })
        return try await domainErrors {
            let id = AnnouncementID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let job = try producer.outboxJob(SendAnnouncement(announcement: id), trace: caller.trace)
            let isCreated = try await announcements.create(
                id, title: title, body: body, by: caller.user, enqueuing: job)
            guard isCreated else { throw DomainError.roleRequired }
            producer.push(job)
            return id
        }
    }
}
