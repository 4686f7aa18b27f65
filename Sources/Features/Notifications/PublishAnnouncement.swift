import Chassis
package import Domain
import Jobs
import Storage

/// Publishes an announcement to all users, by a job; for administrators.
package struct PublishAnnouncement: Sendable {
    let announcements: AnnouncementStore
    let accounts: AccountStore
    let producer: Producer

    /// - Parameter key: The client's idempotency key.
    /// - Throws: `role_required`, `idempotency_key_reused`, `validation_failed`, also for a malformed key.
    package func callAsFunction(
        title: String, body: String, key: String? = nil, by caller: Caller
    ) async throws(DomainError) -> AnnouncementID {
        try await accounts.require(.admin, of: caller)
        let errors = FieldErrors()
        let (title, body) = try errors.all(
            errors.read { () throws(DomainError) in try ProfileText.name(title, field: "title") },
            errors.read { () throws(DomainError) in try ProfileText.biography(body, field: "body") })
        let key = try IdempotencyKey.request(key, "announcement") { object in
            object.member("title", title)
            object.member("body", body)
        }
        return try await domainErrors {
            let id = AnnouncementID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let job = try producer.outboxJob(SendAnnouncement(announcement: id), trace: caller.trace)
            if let key {
                switch try await announcements.create(
                    id, title: title, body: body, by: caller.user, enqueuing: job, under: key)
                {
                case .created: producer.push(job)
                case .repeated(let first): return first
                case .refused(.idempotencyKeyReused): throw DomainError.idempotencyKeyReused
                case .refused: throw DomainError.roleRequired
                }
                return id
            }
            let isCreated = try await announcements.create(
                id, title: title, body: body, by: caller.user, enqueuing: job)
            guard isCreated else { throw DomainError.roleRequired }
            producer.push(job)
            return id
        }
    }
}
