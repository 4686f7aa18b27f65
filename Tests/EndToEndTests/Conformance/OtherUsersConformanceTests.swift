import TestSupport
import Testing

/// An entity of one user, and the requests with which another user tries to reach it.
struct OwnedEntity: Sendable, CustomTestStringConvertible {
    let name: String
    let surface: ConformanceSurface
    let requests: [ConformanceRequest]
    /// Makes the entity for the first user and returns its identifier; the second user is a friend or receiver.
    let make: @Sendable (TestUser, TestUser, ProductClient) async throws -> String

    var testDescription: String { name }

    static let all = [
        OwnedEntity(
            name: "uploaded file", surface: .musicians,
            requests: [ConformanceRequest("GET", "/media/file/{id}/status")],
            make: { owner, _, client in
                let upload = try await owner.upload(Picture.jpeg, to: client)
                return try #require(upload.json["file"]["fileId"].text)
            }),
        OwnedEntity(
            name: "session", surface: .socialPlay,
            requests: [ConformanceRequest("DELETE", "/api/v1/auth/sessions/{id}")],
            make: { owner, _, _ in try #require(Token(owner.accessToken).claims["sid"].text) }),
        OwnedEntity(
            name: "friend request", surface: .socialService,
            requests: [
                ConformanceRequest("POST", "/v1/friends/accept/{id}"),
                ConformanceRequest("POST", "/v1/friends/decline/{id}"),
                ConformanceRequest("DELETE", "/v1/friends/request/{id}"),
            ],
            make: { owner, other, client in
                try #require(try await owner.sendFriendRequest(to: other, at: client).json["id"].text)
            }),
        OwnedEntity(
            name: "message", surface: .socialService,
            requests: [ConformanceRequest("PUT", "/v1/messages/{id}/read")],
            make: { owner, other, client in
                try await owner.befriend(other, at: client)
                return try #require(try await owner.sendMessage("hello", to: other, at: client).json["id"].text)
            }),
        OwnedEntity(
            name: "push subscription", surface: .socialService,
            requests: [ConformanceRequest("DELETE", "/v1/notifications/push/subscriptions/{id}")],
            make: { owner, _, client in
                // The server's own public key is a point on the curve as well.
                let key = try await owner.social("GET", "/notifications/push/key", at: client).json["publicKey"].text
                let body = """
                    {"endpoint":"https://push.example/\(owner.id)",\
                    "keys":{"p256dh":"\(try #require(key))","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}
                    """
                let made = try await owner.social(
                    "POST", "/notifications/push/subscriptions", json: body, at: client)
                return try #require(made.json["id"].text)
            }),
    ]
}

extension SharedProduct {
    /// Rule of every surface: an entity of other users is answered like an unknown one.
    struct OtherUsersConformanceTests {
        private var client: ProductClient { Product.current.client }

        @Test(arguments: OwnedEntity.all)
        func `an entity of another user is refused as if it were unknown`(
            _ entity: OwnedEntity
        ) async throws {
            let users = try await register(3, at: client)
            let id = try await entity.make(users[0], users[1], client)
            for request in entity.requests {
                let other = try await request.send(to: client, id: id, token: users[2].accessToken)
                #expect(other.status == 404, "\(request): \(other.text)")
                entity.surface.expectError(other, 404, #_sourceLocation)
                let unknown = try await request.send(to: client, token: users[2].accessToken)
                #expect(other.status == unknown.status, "\(request)")
                for member in ["error", "message"] {
                    #expect(other.json[member] == unknown.json[member], "\(request)")
                }
            }
        }
    }
}
