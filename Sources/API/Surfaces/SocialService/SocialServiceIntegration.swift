import Chassis
import Domain
import HTTP
import Storage

/// `/integration`: for other services (S0-74 to S0-89).
struct SocialServiceIntegration: Sendable {
    let context: LoopContext
    let answers: SocialServiceResponses

    /// S0-74 to S0-76.
    @Sendable func friends(_ request: Request) async throws -> Response {
        let user = try request.parameter("userId", as: UserID.self)
        let (json, madeAt) = try await context.integration.summary(of: user)
        return kept(json, madeAt) { $0.member("userId", user.description) }
    }

    /// S0-84, S0-85.
    @Sendable func mutualFriends(_ request: Request) async throws -> Response {
        let (user, target) = try pair(request)
        let (json, madeAt) = try await context.integration.mutualFriends(of: user, and: target)
        return kept(json, madeAt) { object in
            object.member("userId", user.description)
            object.member("targetUserId", target.description)
        }
    }

    /// The members of an answer that may have been kept, with those before and behind it that are never kept.
    private func kept(_ json: [UInt8], _ madeAt: Timestamp, _ head: (inout JSONWriter) -> Void) -> Response {
        answers.object { body in
            head(&body)
            body.members(json: json)
            body.member("cachedAt", madeAt, .seconds)
        }
    }

    /// S0-80 to S0-83.
    @Sendable func connection(_ request: Request) async throws -> Response {
        let (user, target) = try pair(request)
        let relation = try await context.integration.relation(of: user, and: target)
        return answers.object { body in
            body.member("userId", user.description)
            body.member("targetUserId", target.description)
            body.member("connectionType", relation.kind.rawValue)
            body.member("connectionDate", relation.since?.text(.seconds))
            body.member("canWriteReview", relation.kind == .friends)
            body.object("metadata") { metadata in
                let days = relation.kind == .friends ? relation.since.map(Self.days) : nil
                metadata.member("friendshipDuration", days)
                metadata.member("mutualFriends", relation.mutualFriends)
            }
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

    private struct FirstFriend: Decodable {
        let userId: UserID
        let friendId: UserID
        let timestamp: String
    }

    /// S0-77, S0-78.
    @Sendable func firstFriend(_ request: Request) async throws -> Response {
        let body = try await request.json(FirstFriend.self)
        let form = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+\-][0-9]{2}:[0-9]{2})/
        guard body.timestamp.wholeMatch(of: form) != nil else {
            throw ValidationError(field: "timestamp", reason: "timestamp must be a time as 2024-03-15T10:30:00Z")
        }
        try await context.integration.firstFriend(of: body.userId, body.friendId, trace: request.id.description)
        return answers.object { $0.member("received", true) }
    }

    /// S0-86 to S0-88.
    @Sendable func preferences(_ request: Request) async throws -> Response {
        let user = try request.parameter("userId", as: UserID.self)
        return answers.preferences(try await context.integration.preferences(of: user), of: user)
    }
}
