import TestSupport
import Testing

/// Somebody as the Social Service knows them.
extension Person {
    /// Asks the Social Service for something, logged in.
    func social(
        _ method: String, _ path: String, json: String? = nil, headers: [String: String] = [:], at client: ProductClient
    ) async throws -> ProductAnswer {
        try await client.ask(method, "/v1\(path)", json: json, token: accessToken, headers: headers)
    }

    /// Asks somebody to be their friend.
    func asks(_ other: Person, at client: ProductClient) async throws -> ProductAnswer {
        try await social("POST", "/friends/request", json: #"{"toUserId":"\#(other.id)"}"#, at: client)
    }

    /// Becomes the friend of somebody who had asked nobody.
    func befriends(_ other: Person, at client: ProductClient) async throws {
        let asked = try await asks(other, at: client)
        #expect(asked.status == 201, "\(asked.text)")
        let id = try #require(asked.json["id"].text)
        let accepted = try await other.social("POST", "/friends/accept/\(id)", at: client)
        #expect(accepted.status == 200, "\(accepted.text)")
    }

    func writes(_ text: String, to other: Person, at client: ProductClient) async throws -> ProductAnswer {
        try await social("POST", "/messages", json: #"{"toUserId":"\#(other.id)","content":"\#(text)"}"#, at: client)
    }
}

/// S0-90: the Social Service says no with a code.
func expectCode(
    _ answer: ProductAnswer, _ status: Int, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(
        answer.json.names == ["error", "message", "statusCode", "timestamp", "path"], "\(answer.text)",
        sourceLocation: sourceLocation)
    #expect(answer.json["error"].text == code, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json["statusCode"].number == Double(status), sourceLocation: sourceLocation)
    #expect(answer.json["message"].text?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(
        answer.json["timestamp"].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil,
        sourceLocation: sourceLocation)
    for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
        #expect(answer.headers[name].flatMap { Int($0) } != nil, "\(name)", sourceLocation: sourceLocation)
    }
}
