import HTTP

/// `/api/v1/auth/providers` of SocialPlay: logging in with the word of an OpenID provider, beyond the document.
struct SocialPlayProviders: Sendable {
    let context: LoopContext
    let answers: SocialPlayResponses

    @Sendable func list(_ request: Request) async throws -> Response {
        answers.providers(context.logInWithProvider.providers.all)
    }

    /// The nonce that the client's request to the provider must carry.
    @Sendable func begin(_ request: Request) async throws -> Response {
        answers.nonce(try context.logInWithProvider.begin(request.parameter("name")))
    }

    private struct Proof: Decodable {
        let idToken: String
    }

    @Sendable func logIn(_ request: Request) async throws -> Response {
        let body = try await request.json(Proof.self)
        let (user, tokens) = try await context.logInWithProvider(
            request.parameter("name"), idToken: body.idToken, client: context.client(request))
        return answers.loggedIn(try await context.ownAccount.read(user), tokens)
    }
}
