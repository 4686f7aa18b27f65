import Domain
import Features
import HTTP

/// `/api/v1/admin/users` of SocialPlay: for administrators, beyond the document (S2-69).
struct SocialPlayAdministration: Sendable {
    let administration: AdministerAccounts
    let publishAnnouncement: PublishAnnouncement
    let responses: SocialPlayResponses

    private struct Role: Decodable {
        let role: String
    }

    @Sendable func setRole(_ request: Request, by caller: Caller) async throws -> Response {
        let user = try request.parameter("id", as: UserID.self)
        let body = try await request.json(Role.self)
        guard let role = AccountRole(rawValue: body.role), role != .admin else {
            throw DomainError(field: "role", reason: "role must be USER or MODERATOR")
        }
        return responses.account(try await administration.setRole(role, of: user, by: caller))
    }

    private struct Activity: Decodable {
        let isActive: Bool
    }

    @Sendable func setStatus(_ request: Request, by caller: Caller) async throws -> Response {
        let user = try request.parameter("id", as: UserID.self)
        let body = try await request.json(Activity.self)
        return responses.account(try await administration.setActive(body.isActive, of: user, by: caller))
    }

    private struct Announcement: Decodable {
        let title: String
        let body: String
    }

    /// Notifies all users, by a job.
    @Sendable func announce(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try await request.json(Announcement.self)
        let id = try await publishAnnouncement(title: body.title, body: body.body, by: caller)
        return responses.accepted(id.description)
    }
}
