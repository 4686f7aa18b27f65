import Domain
import HTTP

/// `/api/v1/admin/users` of SocialPlay: for administrators, beyond the document (S2-69).
struct SocialPlayAdministration: Sendable {
    let context: LoopContext
    let answers: SocialPlayResponses

    private struct Role: Decodable {
        let role: String
    }

    @Sendable func setRole(_ request: Request, by principal: Principal) async throws -> Response {
        let user = try request.parameter("id", as: UserID.self)
        let body = try await request.json(Role.self)
        guard let role = AccountRole(rawValue: body.role), role != .admin else {
            throw ValidationError(field: "role", reason: "role must be USER or MODERATOR")
        }
        return answers.account(try await context.administration.setRole(role, of: user, by: principal))
    }

    private struct Activity: Decodable {
        let isActive: Bool
    }

    @Sendable func setStatus(_ request: Request, by principal: Principal) async throws -> Response {
        let user = try request.parameter("id", as: UserID.self)
        let body = try await request.json(Activity.self)
        return answers.account(try await context.administration.setActive(body.isActive, of: user, by: principal))
    }

    private struct Announcement: Decodable {
        let title: String
        let body: String
    }

    /// Tells everybody, by a job.
    @Sendable func announce(_ request: Request, by principal: Principal) async throws -> Response {
        let body = try await request.json(Announcement.self)
        let id = try await context.announcing(
            title: body.title, body: body.body, by: principal, trace: request.id.description)
        return answers.accepted(id.description)
    }
}
