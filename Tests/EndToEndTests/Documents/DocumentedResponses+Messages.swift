import TestSupport
import Testing

/// Messages, notifications and pictures of SocialPlay.
extension DocumentedResponses {
    mutating func useDirectMessages() async throws {
        let (sender, receiver, route) = (users[0], users[1], "/messages/{id}")
        let key = ["Idempotency-Key": "message"]
        let sent = try await play(
            201, "POST \(route)", receiver.id, json: #"{"content":"Hello music"}"#, headers: key, as: sender)
        let id = try #require(sent.json["id"].text)
        try await play(409, "POST \(route)", receiver.id, json: #"{"content":"x"}"#, headers: key, as: sender)
        try await play(200, "GET /messages", as: receiver)
        try await play(200, "GET /messages/search", query: "?q=music", as: receiver)
        try await play(200, "GET /messages/unread", as: receiver)
        try await play(200, "GET \(route)", sender.id, as: receiver)
        try await play(403, "PUT \(route)/read", id, as: sender)
        try await play(200, "PUT \(route)/read", id, as: receiver)
        try await play(200, "PUT \(route)/reaction", id, json: #"{"emoji":"👍"}"#, as: receiver)
        try await play(200, "DELETE \(route)/reaction", id, as: receiver)
        for (status, user) in [(403, receiver), (200, sender)] {
            try await play(status, "PUT \(route)", id, json: #"{"content":"Hello again"}"#, as: user)
            try await play(status, "DELETE \(route)", id, as: user)
        }
    }

    mutating func useInbox() async throws {
        let (author, reader, client) = (users[0], users[1], product.client)
        let post = try await author.ask("POST", "/posts", json: #"{"content":"Hello"}"#, at: client)
        _ = try await reader.ask("POST", "/posts/\(post.json["id"].text ?? "")/like", at: client)
        try await eventually("the author is notified") {
            try await author.ask("GET", "/notifications/unread-count", at: client).json["unreadCount"].number != 0
        }
        let list = try await play(200, "GET /notifications", as: author)
        let id = try #require(list.json["notifications"][0]["id"].text)
        try await play(200, "GET /notifications/unread-count", as: author)
        try await play(200, "PUT /notifications/{id}/read", id, as: author)
        try await play(200, "PUT /notifications/read-all", as: author)
        try await play(200, "DELETE /notifications/{id}", id, as: author)

        let url = try #require(try await upload(201, Picture.jpeg, as: author, at: elsewhere()).json["url"].text)
        try await usePicture(String(url.split(separator: "/").suffix(2).joined(separator: "/")))
        try await upload(400, nil, as: author, at: elsewhere())
        try await upload(401, Picture.jpeg, as: nil, at: elsewhere())
        try await upload(413, Picture.jpeg + Array(repeating: 0, count: 12_000_000), as: author, at: elsewhere())
        try await play(415, "POST /media/upload", json: "{}", as: author)
    }

    static let picture = "/media/file/{userId}/{fileName}"

    /// - Parameter id: Of the owner, and the name of the file.
    private mutating func usePicture(_ id: String) async throws {
        let client = product.client
        try await eventually("the picture is served", within: 30) {
            try await client.get("/media/file/\(id)").status == 200
        }
        let whole = try await expect(200, "GET", Self.picture, id, as: nil)
        let tag = try #require(whole.headers["etag"])
        for (status, name, value) in [
            (206, "Range", "bytes=1-2"), (206, "Range", "bytes=0-0,-1"), (304, "If-None-Match", tag),
            (412, "If-Match", "\"other\""), (416, "Range", "bytes=9000000-"),
        ] {
            try await expect(status, "GET", Self.picture, id, headers: [name: value], as: nil)
        }
        try await expect(404, "GET", Self.picture, "\(users[0].id)/\(unknownID).webp", as: nil)
    }

    /// Uploads a picture for posts and messages.
    @discardableResult
    mutating func upload(
        _ status: Int, _ picture: [UInt8]?, as user: TestUser?, at client: ProductClient
    ) async throws -> ProductAnswer {
        try await expect(status, Self.pictureUpload(picture), as: user, at: client)
    }

    static func pictureUpload(_ picture: [UInt8]?) -> Call {
        var form = Form()
        if let picture { form.add("file", file: picture, called: "a.jpg") }
        var call = Call("POST", "/api/v1/media/upload", headers: ["Content-Type": form.contentType])
        call.body = form.bytes
        return call
    }
}
