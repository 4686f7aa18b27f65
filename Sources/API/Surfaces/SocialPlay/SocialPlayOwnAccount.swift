import Domain
import Features
import HTTP

/// `/api/v1/users/me` of SocialPlay.
struct SocialPlayOwnAccount: Sendable {
    let account: ManageAccount
    let export: ExportAccountData
    let responses: SocialPlayResponses

    /// S2-72.
    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        try responses.account(try await account.read(caller.user)).revalidated(for: request)
    }

    /// S2-73, S2-161.
    @Sendable func update(_ request: Request, by caller: Caller) async throws -> Response {
        let changes = try AccountChangesBody.changes(
            in: try await request.fields(limit: JSONBodyLimit.profile), of: caller.user,
            avatars: responses.avatarAddress)
        return responses.account(try await account.update(changes, by: caller))
    }

    /// S2-74.
    @Sendable func delete(_ request: Request, by caller: Caller) async throws -> Response {
        try await account.delete(by: caller)
        return responses.message("Account deleted successfully")
    }

    /// Beyond the document.
    @Sendable func deactivate(_ request: Request, by caller: Caller) async throws -> Response {
        try await account.deactivate(caller.user)
        return responses.message("Account deactivated successfully")
    }

    /// Beyond the document.
    @Sendable func requestExport(_ request: Request, by caller: Caller) async throws -> Response {
        responses.export(try await export.request(by: caller), 202)
    }

    /// Beyond the document.
    @Sendable func readExport(_ request: Request, by caller: Caller) async throws -> Response {
        responses.export(try await export.read(by: caller))
    }

    /// Beyond the document.
    @Sendable func downloadExport(_ request: Request, by caller: Caller) async throws -> Response {
        try .content(try await export.download(by: caller), for: request)
    }
}
