import TestSupport

/// A user's requests to SocialPlay.
extension TestUser {
    /// Registers a user on SocialPlay.
    static func registerOnSocialPlay(
        at client: ProductClient, password: String = usualPassword, headers: [String: String] = [:]
    ) async throws -> TestUser {
        let name = newName()
        let answer = try await client.ask(
            "POST", "/api/v1/auth/register", json: registration(email: "\(name)@example.com", name, password),
            headers: headers)
        return try TestUser(socialPlay: answer, password: password)
    }

    init(socialPlay answer: ProductAnswer, password: String) throws {
        let user = answer.json["user"]
        guard (200...201).contains(answer.status), let id = user["id"].text, let email = user["email"].text,
            let username = user["username"].text, let access = answer.json["accessToken"].text,
            let refresh = answer.json["refreshToken"].text
        else { throw LoginFailed(answer: answer) }
        self.init(
            id: id, email: email, username: username, password: password, accessToken: access, refreshToken: refresh)
    }

    /// Logs in to SocialPlay on another device.
    func logInOnSocialPlay(
        at client: ProductClient, password: String? = nil, headers: [String: String] = [:]
    ) async throws -> TestUser {
        let answer = try await client.ask(
            "POST", "/api/v1/auth/login", json: Self.login(email: email, password ?? self.password), headers: headers)
        return try TestUser(socialPlay: answer, password: password ?? self.password)
    }

    /// Sends an authenticated request to SocialPlay.
    func ask(
        _ method: String, _ path: String, json: String? = nil, at client: ProductClient
    ) async throws -> ProductAnswer {
        try await client.ask(method, "/api/v1\(path)", json: json, token: accessToken)
    }

    /// Returns whether SocialPlay accepts the access token.
    func isLoggedIn(at client: ProductClient) async throws -> Bool {
        try await ask("GET", "/users/me", at: client).status == 200
    }

    func refresh(at client: ProductClient) async throws -> ProductAnswer {
        try await client.post("/api/v1/auth/refresh", json: #"{"refreshToken":"\#(refreshToken)"}"#)
    }
}
