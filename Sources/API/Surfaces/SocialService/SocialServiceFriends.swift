import Chassis
import Domain
import HTTP
import Jobs
import Storage

/// `/v1/friends` (S0-10 to S0-46), and blocks beside it.
struct SocialServiceFriends: Sendable {
    let context: LoopContext
    let answers: SocialServiceResponses

    private struct Asking: Decodable {
        let toUserId: UserID
        let message: String?
    }

    /// S0-10 to S0-17.
    @Sendable func ask(_ request: Request, by principal: Principal) async throws -> Response {
        let body = try await request.json(Asking.self)
        let message = try body.message.map { try Self.note($0) }
        let answer = try await context.askFriend(
            body.toUserId, message: message, by: principal, trace: request.id.description)
        return answers.object(201) { object in
            object.member("id", answer.id.description)
            object.member("userId", principal.user.description)
            object.member("friendId", answer.other.description)
            object.member("status", answer.isAccepted ? "accepted" : "pending")
            object.member("requestedBy", (answer.isAccepted ? answer.other : principal.user).description)
            object.member("createdAt", answer.createdAt, .seconds)
            object.member("updatedAt", answer.updatedAt, .seconds)
        }
    }

    private static func note(_ text: String) throws -> String {
        let longest = FriendLimits.requestMessage
        guard text.utf8.count <= longest * 16, text.count <= longest, !text.utf8.contains(0) else {
            throw ValidationError(field: "message", reason: "message must be at most \(longest) characters long")
        }
        return text
    }

    /// S0-18 to S0-22.
    @Sendable func accept(_ request: Request, by principal: Principal) async throws -> Response {
        let id = try request.parameter("requestId", as: FriendshipID.self)
        let answer = try await context.answerFriend.accept(id, by: principal, trace: request.id.description)
        return answers.object { object in
            object.member("id", answer.id.description)
            object.member("userId", principal.user.description)
            object.member("friendId", answer.other.description)
            object.member("status", "accepted")
            object.member("createdAt", answer.createdAt, .seconds)
            object.member("updatedAt", answer.updatedAt, .seconds)
        }
    }

    /// S0-23 to S0-25.
    @Sendable func decline(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.answerFriend.decline(
            try request.parameter("requestId", as: FriendshipID.self), by: principal)
        return SocialServiceResponses.done
    }

    /// Beyond the document.
    @Sendable func cancel(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.answerFriend.cancel(
            try request.parameter("requestId", as: FriendshipID.self), by: principal)
        return SocialServiceResponses.done
    }

    /// S0-26 to S0-28.
    @Sendable func remove(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.endFriendship.remove(try request.parameter("friendId", as: UserID.self), by: principal)
        return SocialServiceResponses.done
    }

    /// S0-29 to S0-37.
    @Sendable func list(_ request: Request, by principal: Principal) async throws -> Response {
        let page = try PageRequest(request, limit: 20, atMost: 50)
        guard let filter = FriendFilter(rawValue: request.query("status") ?? "all") else {
            throw ValidationError(field: "status", reason: "status must be online, offline or all")
        }
        let (entries, total) = try await context.listFriends.page(page, filter, of: principal)
        return answers.object { body in
            body.member("friends", array: entries) { list, entry in
                list.object { object in
                    object.member("id", entry.friendship.id.description)
                    object.member("userId", principal.user.description)
                    object.member("friendId", entry.friendship.friend.id.description)
                    object.member("status", "accepted")
                    object.member("createdAt", entry.friendship.createdAt, .seconds)
                    object.object("friendInfo") { info in
                        info.member("username", entry.friendship.friend.username)
                        info.member("avatar", answers.avatar(of: entry.friendship.friend))
                        answers.write(entry.presence, as: "onlineStatus", to: &info)
                    }
                }
            }
            answers.write(page, total: total, to: &body)
        }
    }

    /// S0-38 to S0-40.
    @Sendable func incoming(_ request: Request, by principal: Principal) async throws -> Response {
        let page = try PageRequest(request, limit: 100, atMost: 100)
        return show(try await context.listFriends.incoming(page, of: principal), "senderInfo")
    }

    /// Beyond the document.
    @Sendable func outgoing(_ request: Request, by principal: Principal) async throws -> Response {
        let page = try PageRequest(request, limit: 100, atMost: 100)
        return show(try await context.listFriends.outgoing(page, of: principal), "receiverInfo")
    }

    private func show(_ requests: [FriendRequest], _ info: StaticString) -> Response {
        answers.array(requests) { object, request in
            object.member("id", request.id.description)
            object.member("userId", request.sender.description)
            object.member("friendId", request.receiver.description)
            object.member("status", "pending")
            object.member("requestedBy", request.sender.description)
            object.member("message", request.message)
            object.member("createdAt", request.createdAt, .seconds)
            object.object(info) { person in
                person.member("username", request.other.username)
                person.member("avatar", answers.avatar(of: request.other))
            }
        }
    }

    /// S0-41 to S0-46.
    @Sendable func search(_ request: Request, by principal: Principal) async throws -> Response {
        let found = try await context.findPeople(request.query("q") ?? "", by: principal)
        return answers.array(found) { object, entry in
            object.member("userId", entry.found.person.id.description)
            object.member("username", entry.found.person.username)
            object.member("avatar", answers.avatar(of: entry.found.person))
            object.member("onlineStatus", entry.presence.status.rawValue)
            object.member("friendshipStatus", entry.found.relation.rawValue)
            object.member("mutualFriends", entry.found.mutualFriends)
        }
    }

    // MARK: Blocks, beyond the document

    @Sendable func blocks(_ request: Request, by principal: Principal) async throws -> Response {
        let page = try PageRequest(request, limit: 100, atMost: 100)
        return answers.array(try await context.listFriends.blocked(page, by: principal)) { object, block in
            object.member("userId", block.person.id.description)
            object.member("username", block.person.username)
            object.member("avatar", answers.avatar(of: block.person))
            object.member("blockedAt", block.since, .seconds)
        }
    }

    @Sendable func block(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.endFriendship.block(try request.parameter("userId", as: UserID.self), by: principal)
        return SocialServiceResponses.done
    }

    @Sendable func unblock(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.endFriendship.unblock(try request.parameter("userId", as: UserID.self), by: principal)
        return SocialServiceResponses.done
    }
}
