import Foundation
import TestSupport
import Testing

/// Follows: `/social`; and what every operation of accounts, profiles and follows can meet.
extension DocumentedResponses {
    private static let follow = "/social/follow/{userId}"
    private static let unfollow = "/social/unfollow/{userId}"
    private static let lists = ["/social/followers/{userId}", "/social/following/{userId}"]
    private static let isFollowing = "/social/isFollowing/{followerId}/{followingId}"
    private static let feed = "/social/feed"

    mutating func useFollows() async throws {
        let (caller, other) = (users[1], users[0])
        let body = Self.follower(caller)
        for followed in [other, users[4]] {
            for json in [body, "{}"] { try await expect(200, "POST", Self.follow, followed.id, json: json, as: caller) }
        }
        try await expect(200, "POST", Self.follow, caller.id, as: users[4])
        try await expect(400, "POST", Self.follow, caller.id, json: body, as: caller)
        try await expect(404, "POST", Self.follow, unknownID, json: body, as: caller)
        #expect(try await users[5].social("POST", "/friends/block/\(users[6].id)", at: product.client).status < 300)
        try await expect(403, "POST", Self.follow, users[6].id, as: users[5])
        try await readFollows(caller, other)
        try await readFeed(caller)

        try await expect(200, "POST", Self.unfollow, other.id, json: body, as: caller)
        try await expect(200, "DELETE", Self.unfollow, users[4].id, json: body, as: caller)
        for (method, template) in Self.writes {
            if template == Self.unfollow { try await expect(404, method, template, other.id, as: caller) }
            try await expect(400, method, template, "no-id", as: caller)
            try await expect(401, method, template, other.id, json: body, as: nil)
            try await expect(403, method, template, other.id, json: Self.follower(other), as: caller)
            try await expectBodyRefusals(method, template, other.id, as: caller)
        }
    }

    private static let writes = [("POST", follow), ("POST", unfollow), ("DELETE", unfollow)]

    private static func follower(_ user: TestUser) -> String { #"{"followerId":"\#(user.id)"}"# }

    private mutating func readFollows(_ caller: TestUser, _ other: TestUser) async throws {
        for template in Self.lists {
            for user in [nil, caller] { try await expect(200, "GET", template, caller.id, as: user) }
            for query in ["?limit=0", "?cursor=x"] {
                try await expect(400, "GET", template, caller.id, query: query, as: nil)
            }
            try await expect(400, "GET", template, "no-id", as: nil)
            try await expect(404, "GET", template, unknownID, as: nil)
        }
        let page = try await expect(200, "GET", Self.lists[1], caller.id, query: "?limit=1", as: nil)
        let next = try #require(page.headers["link"]?.firstMatch(of: /<[^?]+(\?[^>]+)>/)?.1)
        let last = try await expect(200, "GET", Self.lists[1], caller.id, query: String(next), as: nil)
        #expect(last.json["data"].array?.count == 1 && last.headers["link"] == nil)

        for pair in ["\(caller.id)/\(other.id)", "\(other.id)/\(caller.id)"] {
            for user in [nil, caller] { try await expect(200, "GET", Self.isFollowing, pair, as: user) }
        }
        for pair in ["no-id/\(caller.id)", "\(caller.id)/no-id"] {
            try await expect(400, "GET", Self.isFollowing, pair, as: nil)
        }
    }

    private mutating func readFeed(_ caller: TestUser) async throws {
        let own = "?userId=\(caller.id)"
        let feed = try await expect(200, "GET", Self.feed, query: own, as: caller)
        let activities = feed.json["data"].array ?? []
        #expect(Set(activities.compactMap { $0["action"].text }) == ["track_published", "profile_updated"])
        var pages: [ProductJSON] = []
        var next: String? = "\(own)&limit=1"
        while let query = next, pages.count < activities.count {
            let page = try await expect(200, "GET", Self.feed, query: query, as: caller)
            #expect(page.json["data"].array?.count == 1)
            pages += page.json["data"].array ?? []
            next = page.headers["link"]?.firstMatch(of: /<[^?]+(\?[^>]+)>/).map { String($0.1) }
        }
        #expect(pages == activities && next == nil)
        for query in ["", "\(own)&limit=0", "\(own)&cursor=x"] {
            try await expect(400, "GET", Self.feed, query: query, as: caller)
        }
        try await expect(403, "GET", Self.feed, query: "?userId=\(users[0].id)", as: caller)
    }

    // MARK: Every operation

    /// A valid request of users[3] to each operation.
    private func everyCall() -> [Call] {
        let (caller, other, name) = (users[3], users[0], TestUser.newName())
        let accounts = [
            ("register", TestUser.registration(email: "\(name)@example.com", name)),
            ("login", TestUser.login(email: caller.email)), ("refresh", Self.refreshToken(caller.refreshToken)),
            ("logout", Self.refreshToken(caller.refreshToken)),
            ("change_pass", Self.passwordChange(caller.password, "the next password")),
        ].map { Call("POST", "/auth/\($0)", json: $1) }
        return accounts + [
            Call("GET", "/users"), Call("GET", "/users/{id}/profile", other.id),
            Call("PUT", "/users/{id}/profile", caller.id, json: #"{"bio":"new"}"#),
            Call("GET", Self.isFollowing, "\(caller.id)/\(other.id)"),
            Call("GET", Self.feed, query: "?userId=\(caller.id)"),
        ]
            + ["username/{username}", "{username}/public", "{username}/tracks", "{username}/audio-files"].map {
                Call("GET", "/users/\($0)", other.username)
            } + [Call("GET", "/social/profile/{username}", other.username)]
            + Self.lists.map { Call("GET", $0, other.id) }
            + Self.writes.map { Call($0, $1, other.id, json: "{}") }
    }

    /// Sends tokens that are not valid: each is refused, and after too many every request with one.
    mutating func exceedMusiciansLimits() async throws {
        let wrong = ["Authorization": "Bearer x"]
        let (machine, own) = (elsewhere(), ["/auth/register", "/auth/login", "/auth/change_pass"])
        var tokens = everyCall().filter { !$0.template.hasPrefix("/auth/") }
        for index in tokens.indices { tokens[index].headers.merge(wrong) { $1 } }
        for call in tokens { try await expect(401, call, as: nil, at: elsewhere()) }
        for _ in 0..<100 { _ = try await machine.get("/users", headers: wrong) }
        for call in tokens { try await expect(429, call, as: nil, at: machine) }
        for path in ["/auth/refresh", "/auth/logout"] {
            try await expect(429, "POST", path, json: Self.refreshToken("x"), as: nil, at: machine)
        }
        for path in own {
            let machine = elsewhere()
            for _ in 0..<5 { _ = try await machine.ask("POST", path, json: "{}", token: users[3].accessToken) }
            try await expect(429, "POST", path, json: "{}", as: users[3], at: machine)
        }
    }

    /// S1-39: the list of all users says so in its own words.
    mutating func breakMusiciansDatabase(_ database: DatabaseServer) async throws {
        let calls = everyCall()
        for name in ["accounts", "sessions", "follows", "profiles", "activities"] {
            _ = try await product.texts("ALTER TABLE \(name) RENAME TO \(name)_elsewhere")
        }
        _ = try await product.texts("ALTER VIEW profile_entries RENAME TO profile_entries_elsewhere")
        for call in calls { try await expect(500, call, as: users[3], at: elsewhere()) }
        try await database.stop()
        let (client, path) = (product.client, "/users/\(users[0].id)/profile")
        try await eventually("the outage is noticed", within: 15) { try await client.get(path).status == 503 }
        try await expectTogether(503, calls.filter { $0.template != "/users" }, as: users[3])
        let list = try await expect(500, "GET", "/users", as: nil)
        #expect(list.json["error"].text == "User Service is temporarily unavailable. Please try again later.")
    }
}
