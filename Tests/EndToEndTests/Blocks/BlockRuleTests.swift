import Foundation
import TestSupport
import Testing

/// S0-46, S0-142: a block is absolute. After random actions of a few users, every route that shows something is
/// compared with the rule: the blocker and the blocked see nothing of each other, and everything else is shown.
@Suite(.showingOutput)
struct BlockRuleTests {
    /// The routes that may name a user of whom the caller sees nothing, and why.
    private static let exceptions = [
        "/v1/friends/blocks": "the caller's own list of blocked users",
        "/v1/friends/requests/outgoing": "a request to a blocker is listed, as one to a stranger would be",
        "/api/v1/users/me/export/download": "own messages and requests: compared by itself",
        "/media/avatar/:userId": "a public address",
        "/api/v1/blocks": "as /v1/friends/blocks",
        "/api/v1/messages": "own messages, as to a stranger: MessageModelTests",
        "/api/v1/messages/:id": "as /api/v1/messages",
        "/api/v1/messages/search": "as /api/v1/messages",
    ]

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every route shows what the rule of blocks lets through, and nothing else`(seed: UInt64) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .notifications, .maintenance]
        options.environment = ["INTERNAL_API_TOKEN": RandomWorld.internalToken]
        try await Product.run(options) { product in
            var world = try await RandomWorld(5, seed: seed, in: product)
            let routes = try await product.run("API", ["routes"]).output.split(separator: "\n")
                // The Social Service's routes are served below /social again.
                .filter { $0.hasPrefix("GET ") && $0.prefixMatch(of: /GET \/social\/(v1|integration|openapi)/) == nil }
                .map { String($0.dropFirst(4)) }
            #expect(routes.count > 20)
            for _ in 0..<3 {
                try await world.act(times: 150)
                let rows = try await WorldRows(product)
                #expect(!rows.blocks.isEmpty && !rows.friends.isEmpty && !rows.messages.isEmpty)
                for user in world.users {
                    try await expectNoTrace(of: rows, for: user, on: routes, world)
                    try await expectFriends(rows, of: user, world)
                    try await expectMessages(rows, of: user, world)
                    try await expectInbox(rows, of: user, world)
                }
                try await expectAnswersToServices(rows, world)
            }
            let rows = try await WorldRows(product)
            for user in world.users { try await expectExport(rows, of: user, product) }
        }
    }

    // MARK: Every route

    /// No answer to a user names another user of whom they see nothing.
    private func expectNoTrace(
        of rows: WorldRows, for user: TestUser, on routes: [String], _ world: RandomWorld
    ) async throws {
        let others = world.users.filter { $0.id != user.id }
        let hidden = others.filter { rows.areHidden(user.id, $0.id) }
        for route in routes where Self.exceptions[route] == nil && !route.hasPrefix("/integration/") {
            for path in paths(route, user, others, world.prefix) {
                let answer = try await world.product.client.get(path, headers: user.authorization)
                for other in hidden {
                    let text = answer.text.replacing(path, with: "")
                    // The own profile names whom the user follows: a blocker too, as it would a stranger.
                    let isFollowed = route == "/users" && rows.hiddenFollows.contains([user.id, other.id])
                    let mentions = text.ranges(of: other.id).count
                    #expect(
                        mentions == (isFollowed ? 1 : 0) && !text.contains(other.username), "\(path): \(answer.text)")
                }
            }
        }
    }

    private func paths(_ route: String, _ user: TestUser, _ others: [TestUser], _ name: String) -> [String] {
        if route == "/social/feed" { return ["\(route)?userId=\(user.id)"] }
        let parameters = route.split(separator: "/").filter { $0.hasPrefix(":") }
        switch parameters {
        case []: return [route.hasSuffix("/search") ? "\(route)?q=\(name)" : route]
        case [":friendId"], [":userId"], [":id"]: return others.map { route.replacing(parameters[0], with: $0.id) }
        case [":tag"]: return [route.replacing(":tag", with: "music")]
        case [":username"]: return others.map { route.replacing(":username", with: $0.username) }
        case [":followerId", ":followingId"]:
            return others.map {
                route.replacing(":followerId", with: $0.id).replacing(":followingId", with: user.id)
            }
        case [":userId", ":fileName"]:
            return others.map { "/media/file/\($0.id)/\(UUID().uuidString.lowercased()).webp" }
        case [":fileId"], [":trackId"]:
            return [route.replacing(parameters[0], with: UUID().uuidString.lowercased())]
        default:
            Issue.record("this test does not know what \(route) shows")
            return []
        }
    }

    // MARK: Friends, requests and search

    private func expectFriends(_ rows: WorldRows, of user: TestUser, _ world: RandomWorld) async throws {
        let client = world.product.client
        let friends = rows.friends(of: user.id)
        for other in friends { #expect(!rows.areHidden(user.id, other)) }
        let listed = try await user.social("GET", "/friends?limit=50", at: client).json["friends"]
        #expect(listed.texts("friendId") == friends)
        #expect(try await user.social("GET", "/status/friends", at: client).json.texts("userId") == friends)
        let incoming = rows.requests.filter { $0[1] == user.id && !rows.areHidden(user.id, $0[0]) }.map { $0[0] }
        #expect(try await user.social("GET", "/friends/requests", at: client).json.texts("userId") == Set(incoming))
        let outgoing = rows.requests.filter { $0[0] == user.id }.map { $0[1] }
        #expect(
            try await user.social("GET", "/friends/requests/outgoing", at: client).json.texts("friendId")
                == Set(outgoing))
        let blocked = rows.blocks.filter { $0[0] == user.id }.map { $0[1] }
        #expect(try await user.social("GET", "/friends/blocks", at: client).json.texts("userId") == Set(blocked))

        let found = try await user.social("GET", "/friends/search?q=\(world.prefix)", at: client).json
        let visible = world.users.map(\.id).filter { $0 != user.id && !rows.areHidden(user.id, $0) }
        #expect(found.texts("userId") == Set(visible))
        for entry in found.array ?? [] {
            let other = entry["userId"].text ?? ""
            #expect(entry["mutualFriends"].number == Double(friends.intersection(rows.friends(of: other)).count))
            let isPending = !rows.requests.isDisjoint(with: [[user.id, other], [other, user.id]])
            let expected = friends.contains(other) ? "friends" : isPending ? "pending" : "none"
            #expect(entry["friendshipStatus"].text == expected)
        }
    }

    // MARK: Messages and marks

    private func expectMessages(_ rows: WorldRows, of user: TestUser, _ world: RandomWorld) async throws {
        let client = world.product.client
        let conversations = try await user.social("GET", "/messages/conversations", at: client).json
        let partners = rows.friends(of: user.id).filter { !rows.messages(user.id, $0).isEmpty }
        #expect(conversations.texts("friendId") == partners)
        for entry in conversations.array ?? [] {
            let messages = rows.messages(user.id, entry["friendId"].text ?? "")
            #expect(entry["unreadCount"].number == Double(messages.count { $0.receiver == user.id && !$0.isRead }))
            #expect(entry["lastMessage"]["content"].text == messages.last?.content)
        }
        for other in world.users where other.id != user.id {
            let messages = rows.messages(user.id, other.id)
            let isHidden = rows.areHidden(user.id, other.id)
            let history = try await user.social("GET", "/messages/conversations/\(other.id)?limit=100", at: client)
            if isHidden || messages.isEmpty {
                expectSocialServiceError(history, 404, "CONVERSATION_NOT_FOUND")
            } else {
                let shown = history.json["messages"].array ?? []
                #expect(shown.map { $0["content"].text } == messages.map(\.content))
                #expect(shown.map { $0["isRead"].bool } == messages.map(\.isRead))
            }
            guard isHidden, let message = messages.last(where: { !$0.isRead }) else { continue }
            expectSocialServiceError(
                try await user.social("PUT", "/messages/\(message.id)/read", at: client), 404, "MESSAGE_NOT_FOUND")
            let marked = try await WorldRows(world.product).messages(user.id, other.id)
            #expect(marked.map(\.isRead) == messages.map(\.isRead))
            #expect(marked.map(\.isDelivered) == messages.map(\.isDelivered))
        }
    }

    // MARK: Notifications

    private func expectInbox(_ rows: WorldRows, of user: TestUser, _ world: RandomWorld) async throws {
        let client = world.product.client
        let visible = rows.visibleNotifications(of: user.id)
        let inbox = try await user.social("GET", "/notifications?limit=100", at: client).json
        #expect(inbox["notifications"].texts("id") == Set(visible.map(\.id)))
        #expect(inbox["pagination"]["total"].number == Double(visible.count))
        #expect(inbox["unreadCount"].number == Double(visible.count { !$0.isRead }))
        for entry in inbox["notifications"].array ?? [] {
            let row = try #require(visible.first { $0.id == entry["id"].text })
            let isEntityHidden = row.entity.map { rows.areHidden(user.id, $0) } ?? false
            #expect(entry["entityId"].text == (isEntityHidden ? nil : row.entity))
            #expect(entry["actorId"].text == row.actor)
        }
        let shown = Set(visible.map(\.id))
        for row in rows.notifications where row.user == user.id && !shown.contains(row.id) {
            expectSocialServiceError(
                try await user.social("PUT", "/notifications/\(row.id)/read", at: client), 404, "NOT_FOUND")
        }
    }

    // MARK: Other services

    private func expectAnswersToServices(_ rows: WorldRows, _ world: RandomWorld) async throws {
        func ask(_ path: String) async throws -> ProductJSON {
            try await world.product.client.get("/integration/\(path)", headers: RandomWorld.serviceHeaders).json
        }
        for user in world.users {
            let friends = rows.friends(of: user.id)
            #expect(try await ask("achievement/\(user.id)/friends")["friends"].texts("friendId") == friends)
            for other in world.users {
                let isNone = user.id == other.id || rows.areHidden(user.id, other.id)
                let mutual = isNone ? [] : friends.intersection(rows.friends(of: other.id))
                let isPending = !rows.requests.isDisjoint(with: [[user.id, other.id], [other.id, user.id]])
                let kind = friends.contains(other.id) ? "friends" : isPending ? "pending_request" : "none"
                let relation = try await ask("review/\(user.id)/connections/\(other.id)")
                #expect(relation["connectionType"].text == (isNone ? "none" : kind))
                #expect((relation["connectionDate"] == .null) == (relation["connectionType"].text == "none"))
                #expect(relation["metadata"]["mutualFriends"].number == Double(mutual.count))
                let list = try await ask("review/\(user.id)/mutual-friends/\(other.id)")
                #expect(list["mutualFriends"].texts("friendId") == mutual)
                #expect(list["mutualFriendsCount"].number == Double(mutual.count))
            }
        }
    }

    // MARK: The export

    private func expectExport(_ rows: WorldRows, of user: TestUser, _ product: Product) async throws {
        #expect(try await user.ask("POST", "/users/me/export", at: product.client).status == 202)
        try await eventually("the export is ready", within: 30) {
            try await user.ask("GET", "/users/me/export", at: product.client).json["status"].text == "ready"
        }
        let export = try await user.ask("GET", "/users/me/export/download", at: product.client).json
        let messages = rows.messages.filter { message in
            message.sender == user.id || message.receiver == user.id && !rows.areHidden(user.id, message.sender)
        }
        #expect(export["messages"].texts("id") == Set(messages.map(\.id)))
        for message in export["messages"].array ?? [] where rows.areHidden(user.id, message["receiver_id"].text ?? "") {
            #expect(message["read_at"] == .null && message["delivered_at"] == .null)
        }
        let received = rows.requests.filter { $0[1] == user.id && !rows.areHidden(user.id, $0[0]) }.map { $0[0] }
        let requests = export["friend_requests"].array?.filter { $0["receiver_id"].text == user.id } ?? []
        #expect(Set(requests.compactMap { $0["sender_id"].text }) == Set(received))
        #expect(
            export["notifications"].texts("id") == Set(rows.visibleNotifications(of: user.id).map(\.id)))
    }
}

extension TestUser {
    fileprivate var authorization: [String: String] { ["Authorization": "Bearer \(accessToken)"] }
}

extension ProductJSON {
    /// The texts of one member of each object of an array.
    fileprivate func texts(_ member: String) -> Set<String> { Set((array ?? []).compactMap { $0[member].text }) }
}
