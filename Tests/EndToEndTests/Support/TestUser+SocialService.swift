import TestSupport
import Testing

/// A user's requests to the Social Service.
extension TestUser {
    /// Sends an authenticated request to the Social Service.
    func social(
        _ method: String, _ path: String, json: String? = nil, headers: [String: String] = [:], at client: ProductClient
    ) async throws -> ProductAnswer {
        try await client.ask(method, "/v1\(path)", json: json, token: accessToken, headers: headers)
    }

    /// Sends a friend request.
    func sendFriendRequest(to other: TestUser, at client: ProductClient) async throws -> ProductAnswer {
        try await social("POST", "/friends/request", json: #"{"toUserId":"\#(other.id)"}"#, at: client)
    }

    /// Makes a friendship: the other user accepts a request.
    func befriend(_ other: TestUser, at client: ProductClient) async throws {
        let asked = try await sendFriendRequest(to: other, at: client)
        #expect(asked.status == 201, "\(asked.text)")
        let id = try #require(asked.json["id"].text)
        let accepted = try await other.social("POST", "/friends/accept/\(id)", at: client)
        #expect(accepted.status == 200, "\(accepted.text)")
    }

    func sendMessage(_ text: String, to other: TestUser, at client: ProductClient) async throws -> ProductAnswer {
        try await social("POST", "/messages", json: #"{"toUserId":"\#(other.id)","content":"\#(text)"}"#, at: client)
    }
}
