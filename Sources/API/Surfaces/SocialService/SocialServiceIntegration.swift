import Chassis
import Domain
import Features
import HTTP

/// `/integration`: for other services (S0-74 to S0-89).
struct SocialServiceIntegration: Sendable {
    let context: RequestContext
    let integration: AnswerServices
    let responses: SocialServiceResponses

    /// S0-74 to S0-76.
    @Sendable func friends(_ request: Request) async throws -> Response {
        let user = try request.parameter("userId", as: UserID.self)
        let (summary, madeAt) = try await integration.friends(of: user)
        return responses.object { body in
            body.member("userId", user)
            body.member("friends", array: summary.friends) { list, friend in
                list.object { entry in
                    entry.member("friendId", friend.id)
                    entry.member("friendshipDate", friend.since, .seconds)
                    entry.member("isActive", friend.isActive)
                }
            }
            body.member("totalFriends", summary.friends.count)
            body.member("cachedAt", madeAt, .seconds)
        }
    }

    /// S0-84, S0-85.
    @Sendable func mutualFriends(_ request: Request) async throws -> Response {
        let (user, target) = try pair(request)
        let (mutual, madeAt) = try await integration.mutualFriends(of: user, and: target)
        return responses.object { body in
            body.member("userId", user)
            body.member("targetUserId", target)
            body.member("mutualFriendsCount", mutual.friends.count)
            body.member("mutualFriends", array: mutual.friends) { list, friend in
                list.object { entry in
                    entry.member("friendId", friend.id)
                    entry.member("username", friend.username)
                }
            }
            body.member("cachedAt", madeAt, .seconds)
        }
    }

    /// S0-80 to S0-83.
    @Sendable func connection(_ request: Request) async throws -> Response {
        let (user, target) = try pair(request)
        let relation = try await integration.relation(of: user, and: target)
        return responses.object { body in
            body.member("userId", user)
            body.member("targetUserId", target)
            body.member("connectionType", Self.connectionType(relation.kind))
            body.member("connectionDate", relation.since, .seconds)
            body.member("canWriteReview", relation.kind == .friends)
            body.object("metadata") { metadata in
                let days = relation.kind == .friends ? relation.since.map(Self.days) : nil
                metadata.member("friendshipDuration", days)
                metadata.member("mutualFriends", relation.mutualFriends)
            }
        }
    }

    private static func connectionType(_ kind: UserRelation.Kind) -> String {
        switch kind {
        case .friends: "friends"
        case .pendingRequest: "pending_request"
        case .none: "none"
        }
    }

    /// Such as `30 days`.
    private static func days(since start: Timestamp) -> String {
        let days = max(0, (Timestamp.now.unixSeconds - start.unixSeconds) / 86_400)
        return days == 1 ? "1 day" : "\(days) days"
    }

    private func pair(_ request: Request) throws -> (UserID, UserID) {
        (
            try request.parameter("userId", as: UserID.self), try request.parameter("targetUserId", as: UserID.self)
        )
    }

    /// S0-77, S0-78.
    @Sendable func firstFriend(_ request: Request) async throws -> Response {
        let fields = try await request.fields()
        let (user, friend, _) = try fields.all(
            fields.required("userId", as: UserID.self), fields.required("friendId", as: UserID.self),
            fields.required("timestamp") { try Self.timestamp($0) })
        try await integration.recordFirstFriend(of: user, friend, client: context.client(of: request))
        return responses.object { $0.member("received", true) }
    }

    private static func timestamp(_ text: String) throws(DomainError) -> String {
        let form = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+\-][0-9]{2}:[0-9]{2})/
        guard text.wholeMatch(of: form) != nil else {
            throw DomainError(field: "timestamp", reason: "timestamp must be a time as 2024-03-15T10:30:00Z")
        }
        return text
    }

    /// S0-86 to S0-88.
    @Sendable func preferences(_ request: Request) async throws -> Response {
        let user = try request.parameter("userId", as: UserID.self)
        return responses.preferences(try await integration.preferences(of: user), of: user)
    }
}
