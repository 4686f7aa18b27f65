import TestSupport

/// Somebody as SocialPlay knows them: what its answers about them say, and how they ask.
extension Person {
    /// Somebody new, by way of SocialPlay.
    static func join(
        at client: ProductClient, password: String = usualPassword, headers: [String: String] = [:]
    ) async throws -> Person {
        let name = newName()
        let answer = try await client.ask(
            "POST", "/api/v1/auth/register", json: registration(email: "\(name)@example.com", name, password),
            headers: headers)
        return try Person(playing: answer, password: password)
    }

    init(playing answer: ProductAnswer, password: String) throws {
        let user = answer.json["user"]
        guard (200...201).contains(answer.status), let id = user["id"].text, let email = user["email"].text,
            let username = user["username"].text, let access = answer.json["accessToken"].text,
            let refresh = answer.json["refreshToken"].text
        else { throw NotLetIn(answer: answer) }
        self.init(
            id: id, email: email, username: username, password: password, accessToken: access, refreshToken: refresh)
    }

    /// The same person on another device, by way of SocialPlay.
    func play(
        at client: ProductClient, password: String? = nil, headers: [String: String] = [:]
    ) async throws -> Person {
        let answer = try await client.ask(
            "POST", "/api/v1/auth/login", json: Self.login(email: email, password ?? self.password), headers: headers)
        return try Person(playing: answer, password: password ?? self.password)
    }

    /// Asks SocialPlay for something, logged in.
    func ask(
        _ method: String, _ path: String, json: String? = nil, at client: ProductClient
    ) async throws -> ProductAnswer {
        try await client.ask(method, "/api/v1\(path)", json: json, token: accessToken)
    }

    /// Whether SocialPlay lets them in.
    func isPlaying(at client: ProductClient) async throws -> Bool {
        try await ask("GET", "/users/me", at: client).status == 200
    }

    func refresh(at client: ProductClient) async throws -> ProductAnswer {
        try await client.post("/api/v1/auth/refresh", json: #"{"refreshToken":"\#(refreshToken)"}"#)
    }
}
