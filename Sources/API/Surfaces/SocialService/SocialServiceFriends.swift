import Chassis
import Domain
import Features
import HTTP

/// `/v1/friends` (S0-10 to S0-46), and blocks beside it.
struct SocialServiceFriends: Sendable {
    let friends: FriendFeature
    let responses: SocialServiceResponses

    /// S0-10 to S0-17.
    @Sendable func send(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: FriendLimits.requestMessage))
        let (receiver, message) = try fields.all(
            fields.required("toUserId", as: UserID.self),
            fields.optional("message") { try FriendRequestText.reading($0) })
        let result = try await friends.sendRequest(to: receiver, message: message.flatMap { $0 }, by: caller)
        return responses.object(201) { object in
            object.member("id", result.id)
            object.member("userId", caller.user)
            object.member("friendId", result.other)
            object.member("status", result.isAccepted ? "accepted" : "pending")
            object.member("requestedBy", (result.isAccepted ? result.other : caller.user).description)
            object.member("createdAt", result.createdAt, .seconds)
            object.member("updatedAt", result.updatedAt, .seconds)
        }
    }

    /// S0-18 to S0-22.
    @Sendable func accept(_ request: Request, by caller: Caller) async throws -> Response {
        let id = try request.parameter("requestId", as: FriendshipID.self)
        let result = try await friends.respond.accept(id, by: caller)
        return responses.object { object in
            object.member("id", result.id)
            object.member("userId", caller.user)
            object.member("friendId", result.other)
            object.member("status", "accepted")
            object.member("createdAt", result.createdAt, .seconds)
            object.member("updatedAt", result.updatedAt, .seconds)
        }
    }

    /// S0-23 to S0-25.
    @Sendable func decline(_ request: Request, by caller: Caller) async throws -> Response {
        try await friends.respond.decline(try request.parameter("requestId", as: FriendshipID.self), by: caller)
        return SocialServiceResponses.done
    }

    /// Beyond the document.
    @Sendable func cancel(_ request: Request, by caller: Caller) async throws -> Response {
        try await friends.respond.cancel(try request.parameter("requestId", as: FriendshipID.self), by: caller)
        return SocialServiceResponses.done
    }

    /// S0-26 to S0-28.
    @Sendable func remove(_ request: Request, by caller: Caller) async throws -> Response {
        try await friends.remove(try request.parameter("friendId", as: UserID.self), by: caller)
        return SocialServiceResponses.done
    }

    /// S0-29 to S0-37.
    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, filter) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 50) },
            errors.read { () throws(DomainError) in try Self.filter(request) })
        let (entries, total) = try await friends.list.page(page, filter, by: caller)
        return responses.object { body in
            body.member("friends", array: entries) { list, entry in
                list.object { object in
                    object.member("id", entry.id)
                    object.member("userId", caller.user)
                    object.member("friendId", entry.friend.id)
                    object.member("status", "accepted")
                    object.member("createdAt", entry.createdAt, .seconds)
                    object.object("friendInfo") { info in
                        info.member("username", entry.friend.username)
                        info.member("avatar", responses.avatar(of: entry.friend))
                        responses.write(entry.presence, as: "onlineStatus", to: &info)
                    }
                }
            }
            responses.write(page, total: total, to: &body)
        }
    }

    private static func filter(_ request: Request) throws(DomainError) -> FriendFilter {
        guard let filter = FriendFilter(rawValue: request.query("status") ?? "all") else {
            throw DomainError(field: "status", reason: "status must be online, offline or all")
        }
        return filter
    }

    /// S0-38 to S0-40.
    @Sendable func incoming(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 100, atMost: 100)
        return show(try await friends.list.incoming(page, by: caller), "senderInfo")
    }

    /// Beyond the document.
    @Sendable func outgoing(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 100, atMost: 100)
        return show(try await friends.list.outgoing(page, by: caller), "receiverInfo")
    }

    private func show(_ requests: [PendingFriendRequest], _ info: StaticString) -> Response {
        responses.array(requests) { object, request in
            object.member("id", request.id)
            object.member("userId", request.sender)
            object.member("friendId", request.receiver)
            object.member("status", "pending")
            object.member("requestedBy", request.sender)
            object.member("message", request.message)
            object.member("createdAt", request.createdAt, .seconds)
            object.object(info) { person in
                person.member("username", request.other.username)
                person.member("avatar", responses.avatar(of: request.other))
            }
        }
    }

    /// S0-41 to S0-46.
    @Sendable func search(_ request: Request, by caller: Caller) async throws -> Response {
        let found = try await friends.search(request.query("q") ?? "", by: caller)
        return responses.array(found) { object, entry in
            object.member("userId", entry.user.id)
            object.member("username", entry.user.username)
            object.member("avatar", responses.avatar(of: entry.user))
            object.member("onlineStatus", entry.presence.status.rawValue)
            object.member("friendshipStatus", entry.friendship.rawValue)
            object.member("mutualFriends", entry.mutualFriends)
        }
    }

    // MARK: Blocks, beyond the document

    @Sendable func blocks(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 100, atMost: 100)
        return responses.array(try await friends.blocks.list(page, by: caller)) { object, block in
            object.member("userId", block.user.id)
            object.member("username", block.user.username)
            object.member("avatar", responses.avatar(of: block.user))
            object.member("blockedAt", block.blockedAt, .seconds)
        }
    }

    @Sendable func block(_ request: Request, by caller: Caller) async throws -> Response {
        try await friends.blocks.block(try request.parameter("userId", as: UserID.self), by: caller)
        return SocialServiceResponses.done
    }

    @Sendable func unblock(_ request: Request, by caller: Caller) async throws -> Response {
        try await friends.blocks.unblock(try request.parameter("userId", as: UserID.self), by: caller)
        return SocialServiceResponses.done
    }
}
