import TestSupport
import Testing

/// Posts, comments and drafts of SocialPlay.
extension DocumentedResponses {
    /// Creates something under a key, and something else under the same.
    private mutating func create(
        _ route: String, _ id: String = "", json: String, other: String, key: String, as user: TestUser
    ) async throws -> String {
        let headers = ["Idempotency-Key": key]
        let created = try await play(201, route, id, json: json, headers: headers, as: user)
        try await play(409, route, id, json: other, headers: headers, as: user)
        return try #require(created.json["id"].text)
    }

    mutating func usePosts() async throws {
        let (author, reader, route) = (users[2], users[0], "/posts/{id}")
        let post = try await create(
            "POST /posts", json: #"{"content":"Hello #music"}"#, other: #"{"content":"x"}"#, key: "post", as: author)
        try await play(200, "POST /users/{id}/follow", author.id, as: reader)
        for list in ["/users/me/posts", "/posts", "/posts/feed"] { try await play(200, "GET \(list)", as: author) }
        try await play(200, "GET /users/{id}/posts", author.id, as: reader)
        try await play(200, "GET /posts/search", query: "?q=hello", as: reader)
        try await play(200, "GET /hashtags", query: "?q=mu", as: nil)
        for path in ["", "/posts"] { try await play(200, "GET /hashtags/{tag}\(path)", "music", as: nil) }
        _ = try await readTagged(route, post, as: reader)

        for mark in ["like", "share", "bookmark"] { try await play(200, "POST \(route)/\(mark)", post, as: reader) }
        for list in ["likes", "shares"] { try await play(200, "GET \(route)/\(list)", post, as: nil) }
        try await play(200, "GET /users/{id}/shares", reader.id, as: nil)
        try await play(200, "GET /bookmarks", as: reader)
        for mark in ["like", "share", "bookmark"] { try await play(200, "DELETE \(route)/\(mark)", post, as: reader) }

        let stale = ["If-Match": "\"x\""]
        let change = #"{"content":"Hello again","visibility":"FOLLOWERS"}"#
        try await play(412, "PUT \(route)", post, json: change, headers: stale, as: author)
        try await play(200, "PUT \(route)", post, json: change, as: author)
        try await play(403, "POST \(route)/share", post, as: reader)
        try await play(403, "PUT \(route)", post, json: change, as: reader)
        try await play(200, "GET \(route)/versions", post, as: author)
        try await play(403, "GET \(route)/versions", post, as: reader)
        try await play(403, "DELETE \(route)", post, as: reader)
        try await play(412, "DELETE \(route)", post, headers: stale, as: author)
        try await play(200, "DELETE \(route)", post, as: author)
    }

    mutating func useComments() async throws {
        let (author, reader, route) = (users[2], users[1], "/comments/{id}")
        let created = try await play(201, "POST /posts", json: #"{"content":"Hello"}"#, as: author)
        let post = try #require(created.json["id"].text)
        let (text, other) = (#"{"content":"One"}"#, #"{"content":"Two"}"#)
        let comment = try await create(
            "POST /posts/{id}/comments", post, json: text, other: other, key: "comment", as: reader)
        _ = try await create("POST \(route)/reply", comment, json: text, other: other, key: "reply", as: author)
        try await play(200, "GET /posts/{id}/comments", post, as: nil)
        _ = try await readTagged(route, comment, as: nil)
        let stale = ["If-Match": "\"x\""]
        try await play(412, "PUT \(route)", comment, json: other, headers: stale, as: reader)
        try await play(403, "PUT \(route)", comment, json: other, as: users[0])
        try await play(200, "PUT \(route)", comment, json: other, as: reader)
        try await play(403, "DELETE \(route)", comment, as: users[0])
        try await play(412, "DELETE \(route)", comment, headers: stale, as: reader)
        try await play(200, "DELETE \(route)", comment, as: reader)
    }

    mutating func useDrafts() async throws {
        let (author, route) = (users[1], "/drafts/{id}")
        let (text, other) = (#"{"content":"One"}"#, #"{"content":"Two"}"#)
        let draft = try await create("POST /drafts", json: text, other: other, key: "draft", as: author)
        try await play(200, "GET /drafts", as: author)
        _ = try await readTagged(route, draft, as: author)
        let stale = ["If-Match": "\"x\""]
        try await play(412, "PUT \(route)", draft, json: other, headers: stale, as: author)
        try await play(200, "PUT \(route)", draft, json: other, as: author)
        try await play(412, "DELETE \(route)", draft, headers: stale, as: author)
        let more = try await play(201, "POST /drafts", json: text, as: author)
        let last = try #require(more.json["id"].text)
        let key = ["Idempotency-Key": "publication"]
        try await play(201, "POST \(route)/publish", draft, headers: key, as: author)
        try await play(409, "POST \(route)/publish", last, headers: key, as: author)
        try await play(200, "DELETE \(route)", last, as: author)
    }
}
