import Features
import HTTP

/// `/api/v1/auth/providers` of SocialPlay: logins with an OpenID provider, beyond the document.
struct SocialPlayProviders: Sendable {
    let context: RequestContext
    let accounts: AccountFeature
    let responses: SocialPlayResponses

    @Sendable func list(_ request: Request) async throws -> Response {
        responses.providers(accounts.logInWithProvider.providers.all)
    }

    /// The nonce that the client's request to the provider must carry.
    @Sendable func begin(_ request: Request) async throws -> Response {
        responses.nonce(try accounts.logInWithProvider.begin(request.parameter("name")))
    }

    private struct Proof: Decodable {
        let idToken: String
        /// A one-time password or a recovery code.
        let totp: String?
    }

    @Sendable func logIn(_ request: Request) async throws -> Response {
        let body = try await request.json(Proof.self)
        let (user, tokens) = try await accounts.logInWithProvider(
            request.parameter("name"), idToken: body.idToken, code: body.totp, client: context.client(of: request))
        return responses.loggedIn(try await accounts.account.read(user), tokens)
    }
}
