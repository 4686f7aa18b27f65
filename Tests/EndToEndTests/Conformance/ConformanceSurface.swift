import TestSupport
import Testing

/// A request that the conformance suite sends. `{id}` in the path or body is replaced by an identifier.
struct ConformanceRequest: Sendable, CustomStringConvertible {
    let method: String
    let path: String
    let json: String?

    init(_ method: String, _ path: String, _ json: String? = nil) {
        self.method = method
        self.path = path
        self.json = json
    }

    var description: String { "\(method) \(path)" }

    /// Sends the request.
    /// - Parameters:
    ///   - id: Replaces `{id}`.
    ///   - token: A bearer token; nil for none.
    func send(
        to client: ProductClient, id: String = unknownID, token: String?, headers: [String: String] = [:]
    ) async throws -> ProductAnswer {
        try await client.ask(
            method, path.replacing("{id}", with: id), json: json?.replacing("{id}", with: id), token: token,
            headers: headers)
    }
}

/// An identifier that no entity has.
let unknownID = "01900000-0000-7000-8000-000000000000"

/// What the conformance suite knows of one surface. Another surface is another value in ``all``.
struct ConformanceSurface: Sendable, CustomTestStringConvertible {
    let name: String
    /// Routes that need a user's access token.
    let authenticated: [ConformanceRequest]
    /// Routes that need another service's token, which a user's token does not replace.
    var services: [ConformanceRequest] = []
    /// Authenticated routes with an identifier in the path: 404 for an unknown one, 400 for a malformed one.
    let identified: [ConformanceRequest]
    /// Routes with an identifier that ``authenticated`` users may not use although it may exist, with the status.
    var forbidden: [(request: ConformanceRequest, status: Int)] = []
    /// Requests whose body is read, each with a member that is a string. Users authenticate all of them.
    let bodies: [(request: ConformanceRequest, member: String)]
    /// Lists with `page` and `limit`, and the largest limit.
    var lists: [(path: String, maximum: Int)] = []
    /// Requests about the user `{id}`: a user whom `{id}` has blocked gets the same answers as a stranger.
    let aboutUsers: [ConformanceRequest]
    /// A path of the surface without a route, and a path with a method that it does not have.
    let unknownPath: String
    let wrongMethod: ConformanceRequest
    /// Expects an error in the surface's envelope.
    let expectError: @Sendable (ProductAnswer, Int, SourceLocation) -> Void

    var testDescription: String { name }

    static let all = [musicians, socialPlay, socialService]

    static let musicians = ConformanceSurface(
        name: "musicians",
        authenticated: [
            ConformanceRequest(
                "POST", "/auth/change_pass", #"{"oldPassword":"a long password","newPassword":"a new password"}"#),
            ConformanceRequest("POST", "/media/upload/avatar"), ConformanceRequest("POST", "/media/upload/track"),
            ConformanceRequest("POST", "/media/upload/cover"), ConformanceRequest("POST", "/media/upload/file"),
            ConformanceRequest("DELETE", "/media/file/\(unknownID)"),
            ConformanceRequest("DELETE", "/media/track/\(unknownID)"),
            ConformanceRequest("GET", "/media/file/\(unknownID)/status"),
            ConformanceRequest("PUT", "/users/\(unknownID)/profile", #"{"displayName":"a name"}"#),
            ConformanceRequest("POST", "/social/follow/\(unknownID)"),
            ConformanceRequest("POST", "/social/unfollow/\(unknownID)"),
            ConformanceRequest("DELETE", "/social/unfollow/\(unknownID)"), ConformanceRequest("GET", "/social/feed"),
        ],
        identified: [
            ConformanceRequest("GET", "/media/file/{id}/status"), ConformanceRequest("GET", "/media/avatar/{id}"),
            ConformanceRequest("GET", "/media/file/{id}"), ConformanceRequest("GET", "/media/track/{id}"),
            ConformanceRequest("GET", "/media/track/{id}/waveform"), ConformanceRequest("GET", "/media/cover/{id}"),
            ConformanceRequest("DELETE", "/media/file/{id}"), ConformanceRequest("DELETE", "/media/track/{id}"),
            ConformanceRequest("GET", "/users/{id}/profile"), ConformanceRequest("GET", "/social/followers/{id}"),
            ConformanceRequest("GET", "/social/following/{id}"), ConformanceRequest("POST", "/social/follow/{id}"),
            ConformanceRequest("POST", "/social/unfollow/{id}"), ConformanceRequest("DELETE", "/social/unfollow/{id}"),
        ],
        forbidden: [
            (ConformanceRequest("PUT", "/users/{id}/profile", #"{"displayName":"a name"}"#), 403),
            (ConformanceRequest("POST", "/social/follow/{id}", #"{"followerId":"{id}"}"#), 403),
            (ConformanceRequest("DELETE", "/social/unfollow/{id}", #"{"followerId":"{id}"}"#), 403),
            (ConformanceRequest("GET", "/social/feed?userId={id}"), 403),
            (
                ConformanceRequest(
                    "POST", "/auth/change_pass",
                    #"{"userId":"{id}","oldPassword":"a long password","newPassword":"a new password"}"#), 403
            ),
        ],
        bodies: [
            (ConformanceRequest("POST", "/auth/register", registration), "email"),
            (ConformanceRequest("POST", "/auth/login", login), "password"),
            (ConformanceRequest("POST", "/auth/refresh", #"{"refreshToken":"x"}"#), "refreshToken"),
            (ConformanceRequest("POST", "/auth/logout", #"{"refreshToken":"x"}"#), "refreshToken"),
            (
                ConformanceRequest(
                    "POST", "/auth/change_pass",
                    #"{"oldPassword":"a long password","newPassword":"a new password"}"#), "newPassword"
            ),
            (
                ConformanceRequest("PUT", "/users/\(unknownID)/profile", #"{"displayName":"a name"}"#),
                "displayName"
            ),
        ],
        aboutUsers: [
            ConformanceRequest("GET", "/media/avatar/{id}"), ConformanceRequest("POST", "/social/follow/{id}"),
            ConformanceRequest("DELETE", "/social/unfollow/{id}"),
        ],
        unknownPath: "/auth/unknown",
        wrongMethod: ConformanceRequest("GET", "/auth/login"),
        expectError: { expectMusiciansError($0, $1, sourceLocation: $2) })

    static let socialPlay = ConformanceSurface(
        name: "SocialPlay",
        authenticated: [
            ConformanceRequest("GET", "/api/v1/users/me"), ConformanceRequest("PUT", "/api/v1/users/me", "{}"),
            ConformanceRequest("DELETE", "/api/v1/users/me"),
            ConformanceRequest("POST", "/api/v1/users/me/deactivate"),
            ConformanceRequest("POST", "/api/v1/users/me/export"),
            ConformanceRequest("GET", "/api/v1/users/me/export"),
            ConformanceRequest("GET", "/api/v1/users/me/export/download"),
            ConformanceRequest("GET", "/api/v1/auth/sessions"), ConformanceRequest("DELETE", "/api/v1/auth/sessions"),
            ConformanceRequest("DELETE", "/api/v1/auth/sessions/\(unknownID)"),
            ConformanceRequest("POST", "/api/v1/auth/change-password", "{}"),
            ConformanceRequest("POST", "/api/v1/auth/verify-email/resend"),
            ConformanceRequest("PUT", "/api/v1/admin/users/\(unknownID)/role", #"{"role":"USER"}"#),
            ConformanceRequest("PUT", "/api/v1/admin/users/\(unknownID)/status", #"{"isActive":true}"#),
            ConformanceRequest("POST", "/api/v1/admin/announcements", #"{"title":"x","body":"y"}"#),
        ],
        identified: [ConformanceRequest("DELETE", "/api/v1/auth/sessions/{id}")],
        forbidden: [
            (ConformanceRequest("PUT", "/api/v1/admin/users/{id}/role", #"{"role":"MODERATOR"}"#), 403),
            (ConformanceRequest("PUT", "/api/v1/admin/users/{id}/status", #"{"isActive":false}"#), 403),
            (ConformanceRequest("POST", "/api/v1/admin/announcements", #"{"title":"x","body":"y"}"#), 403),
        ],
        bodies: [
            (ConformanceRequest("POST", "/api/v1/auth/register", registration), "username"),
            (ConformanceRequest("POST", "/api/v1/auth/login", login), "password"),
            (ConformanceRequest("POST", "/api/v1/auth/refresh", #"{"refreshToken":"x"}"#), "refreshToken"),
            (ConformanceRequest("POST", "/api/v1/auth/logout", #"{"refreshToken":"x"}"#), "refreshToken"),
            (ConformanceRequest("POST", "/api/v1/auth/forgot-password", #"{"email":"a@b.example"}"#), "email"),
            (
                ConformanceRequest(
                    "POST", "/api/v1/auth/reset-password", #"{"token":"x","newPassword":"a new password"}"#), "token"
            ),
            (ConformanceRequest("POST", "/api/v1/auth/verify-email", #"{"token":"x"}"#), "token"),
            (ConformanceRequest("PUT", "/api/v1/users/me", #"{"username":"name"}"#), "username"),
        ],
        aboutUsers: [
            ConformanceRequest("PUT", "/api/v1/admin/users/{id}/role", #"{"role":"MODERATOR"}"#),
            ConformanceRequest("PUT", "/api/v1/admin/users/{id}/status", #"{"isActive":false}"#),
        ],
        unknownPath: "/api/v1/unknown", wrongMethod: ConformanceRequest("GET", "/api/v1/auth/login"),
        expectError: { expectSocialPlayError($0, $1, sourceLocation: $2) })

    static let socialService = ConformanceSurface(
        name: "Social Service",
        authenticated: [
            ConformanceRequest("GET", "/v1/friends"), ConformanceRequest("GET", "/v1/friends/requests"),
            ConformanceRequest("GET", "/v1/friends/requests/outgoing"),
            ConformanceRequest("GET", "/v1/friends/search?q=ab"), ConformanceRequest("GET", "/v1/friends/blocks"),
            ConformanceRequest("POST", "/v1/friends/request", #"{"toUserId":"\#(unknownID)"}"#),
            ConformanceRequest("POST", "/v1/messages", #"{"toUserId":"\#(unknownID)","content":"x"}"#),
            ConformanceRequest("GET", "/v1/messages/conversations"),
            ConformanceRequest("PUT", "/v1/status/online"), ConformanceRequest("PUT", "/v1/status/away"),
            ConformanceRequest("PUT", "/v1/status/offline"), ConformanceRequest("POST", "/v1/status/heartbeat"),
            ConformanceRequest("GET", "/v1/status/friends"), ConformanceRequest("GET", "/v1/notifications"),
            ConformanceRequest("PUT", "/v1/notifications/read-all"),
            ConformanceRequest("GET", "/v1/notifications/preferences"),
            ConformanceRequest("PUT", "/v1/notifications/preferences", "{}"),
            ConformanceRequest("GET", "/v1/notifications/push/key"),
            ConformanceRequest("POST", "/v1/notifications/push/subscriptions", "{}"),
        ] + identifiedBySocialService,
        services: [
            ConformanceRequest("GET", "/integration/achievement/{id}/friends"),
            ConformanceRequest("POST", "/integration/achievement/webhook/first-friend", "{}"),
            ConformanceRequest("GET", "/integration/review/{id}/connections/{id}"),
            ConformanceRequest("GET", "/integration/review/{id}/mutual-friends/{id}"),
            ConformanceRequest("GET", "/integration/notification/{id}/preferences"),
        ],
        identified: identifiedBySocialService,
        bodies: [
            (ConformanceRequest("POST", "/v1/friends/request", #"{"toUserId":"\#(unknownID)"}"#), "toUserId"),
            (
                ConformanceRequest("POST", "/v1/messages", #"{"toUserId":"\#(unknownID)","content":"x"}"#), "content"
            ),
            (
                ConformanceRequest(
                    "POST", "/v1/notifications/push/subscriptions",
                    #"{"endpoint":"https://push.example","keys":{"p256dh":"x","auth":"y"}}"#), "endpoint"
            ),
        ],
        lists: [
            ("/v1/friends", 50), ("/v1/friends/requests", 100), ("/v1/friends/requests/outgoing", 100),
            ("/v1/friends/blocks", 100), ("/v1/messages/conversations", 100), ("/v1/notifications", 100),
        ],
        aboutUsers: [
            ConformanceRequest("POST", "/v1/messages", #"{"toUserId":"{id}","content":"x"}"#),
            ConformanceRequest("DELETE", "/v1/friends/{id}"),
            ConformanceRequest("GET", "/v1/messages/conversations/{id}"),
            ConformanceRequest("DELETE", "/v1/friends/block/{id}"),
            ConformanceRequest("POST", "/v1/friends/request", #"{"toUserId":"{id}"}"#),
            ConformanceRequest("POST", "/v1/friends/request", #"{"toUserId":"{id}"}"#),
            ConformanceRequest("GET", "/v1/friends/requests"), ConformanceRequest("GET", "/v1/friends/blocks"),
        ],
        unknownPath: "/v1/unknown", wrongMethod: ConformanceRequest("DELETE", "/v1/friends/search"),
        expectError: { answer, status, location in
            // A code that is none of the document's would be as wrong as none.
            expectSocialServiceError(answer, status, answer.json["error"].text ?? "", sourceLocation: location)
        })

    private static let identifiedBySocialService = [
        ConformanceRequest("DELETE", "/v1/friends/request/{id}"),
        ConformanceRequest("POST", "/v1/friends/accept/{id}"), ConformanceRequest("POST", "/v1/friends/decline/{id}"),
        ConformanceRequest("DELETE", "/v1/friends/{id}"), ConformanceRequest("POST", "/v1/friends/block/{id}"),
        ConformanceRequest("DELETE", "/v1/friends/block/{id}"),
        ConformanceRequest("GET", "/v1/messages/conversations/{id}"),
        ConformanceRequest("PUT", "/v1/messages/{id}/read"), ConformanceRequest("PUT", "/v1/notifications/{id}/read"),
        ConformanceRequest("DELETE", "/v1/notifications/push/subscriptions/{id}"),
    ]

    private static let registration = TestUser.registration(email: "a@b.example", "a-name")
    private static let login = TestUser.login(email: "a@b.example")
}
