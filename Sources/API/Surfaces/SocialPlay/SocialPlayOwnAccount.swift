import Domain
import HTTP

/// `/api/v1/users/me` of SocialPlay.
struct SocialPlayOwnAccount: Sendable {
    let context: LoopContext
    let answers: SocialPlayResponses

    /// S2-72.
    @Sendable func read(_ request: Request, by principal: Principal) async throws -> Response {
        answers.account(try await context.ownAccount.read(principal.user))
    }

    /// S2-73, S2-161.
    @Sendable func update(_ request: Request, by principal: Principal) async throws -> Response {
        let changes = try await request.json(AccountChanges.self)
        return answers.account(try await context.ownAccount.update(changes, by: principal))
    }

    /// S2-74.
    @Sendable func delete(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.ownAccount.delete(by: principal, trace: request.id.description)
        return answers.message("Account deleted successfully")
    }

    /// Beyond the document.
    @Sendable func deactivate(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.ownAccount.deactivate(principal.user)
        return answers.message("Account deactivated successfully")
    }

    /// Beyond the document.
    @Sendable func requestExport(_ request: Request, by principal: Principal) async throws -> Response {
        answers.export(try await context.ownExport.request(by: principal, trace: request.id.description), 202)
    }

    /// Beyond the document.
    @Sendable func readExport(_ request: Request, by principal: Principal) async throws -> Response {
        answers.export(try await context.ownExport.read(by: principal))
    }

    /// Beyond the document.
    @Sendable func downloadExport(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.ownExport.download(by: principal, for: request)
    }
}
