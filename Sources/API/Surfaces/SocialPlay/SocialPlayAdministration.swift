import Chassis
import Domain
import Features
import HTTP

/// `/api/v1/admin` of SocialPlay: for administrators, beyond the document (S2-69). Each action is logged with the
/// administrator as `user`.
struct SocialPlayAdministration: Sendable {
    let administration: AdministerAccounts
    let publishAnnouncement: PublishAnnouncement
    let log: RequestLog
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
        let profile = try await administration.setRole(role, of: user, by: caller)
        log.of(request).info(
            "administrator set a role", ["target": .text(user.description), "role": .text(role.rawValue)])
        return responses.account(profile)
    }

    private struct Activity: Decodable {
        let isActive: Bool
    }

    @Sendable func setStatus(_ request: Request, by caller: Caller) async throws -> Response {
        let user = try request.parameter("id", as: UserID.self)
        let body = try await request.json(Activity.self)
        let profile = try await administration.setActive(body.isActive, of: user, by: caller)
        let target: LogValue = .text(user.description)
        if body.isActive {
            log.of(request).info("administrator activated an account", ["target": target])
        } else {
            log.of(request).info("administrator deactivated an account", ["target": target])
        }
        return responses.account(profile)
    }

    @Sendable func resetTwoFactor(_ request: Request, by caller: Caller) async throws -> Response {
        let user = try request.parameter("id", as: UserID.self)
        let profile = try await administration.resetTwoFactor(of: user, by: caller)
        log.of(request).info("administrator reset two-factor login", ["target": .text(user.description)])
        return responses.account(profile)
    }

    /// Notifies all users, by a job.
    @Sendable func announce(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields(limit: JSONBodyLimit.profile)
        let (title, body) = try fields.all(
            fields.required("title", as: String.self), fields.required("body", as: String.self))
        let id = try await publishAnnouncement(
            title: title, body: body, key: request.idempotencyKey, by: caller)
        log.of(request).info(
            "administrator published an announcement", ["announcement": .text(id.description)])
        return responses.accepted(id.description)
    }
}
