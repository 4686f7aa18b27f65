import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// Shares, bookmarks and mutes below `/api/v1`.
    struct ShareRouteTests {
        let product = Product.current

        // S2-175
        @Test func `a post is shared and bookmarked once, listed, and taken out once`() async throws {
            let author = try await TestUser.registerOnSocialPlay(at: product.client)
            let reader = try await TestUser.registerOnSocialPlay(at: product.client)
            var posts: [String] = []
            for visibility in ["PUBLIC", "PUBLIC", "PRIVATE"] {
                let answer = try await author.ask(
                    "POST", "/posts", json: #"{"content":"Hello","visibility":"\#(visibility)"}"#, at: product.client)
                posts.append(try #require(answer.json["id"].text, "\(answer.text)"))
            }
            for (action, done, again, undone, none) in [
                (
                    "share", "Post shared successfully", "Post already shared", "Post unshared successfully",
                    "Post not shared"
                ),
                (
                    "bookmark", "Post bookmarked successfully", "Post already bookmarked",
                    "Bookmark removed successfully", "Post not bookmarked"
                ),
            ] {
                for post in posts.prefix(2) {
                    let answer = try await reader.ask("POST", "/posts/\(post)/\(action)", at: product.client)
                    #expect(answer.status == 200 && answer.json["message"].text == done, "\(answer.text)")
                }
                let path = "/posts/\(posts[0])/\(action)"
                expectSocialPlayError(try await reader.ask("POST", path, at: product.client), 400, again)
                for method in ["POST", "DELETE"] {
                    let hidden = try await reader.ask(method, "/posts/\(posts[2])/\(action)", at: product.client)
                    expectSocialPlayError(hidden, 404, "Post not found")
                }
                try await expectList(
                    action == "share" ? "/users/\(reader.id)/shares" : "/bookmarks",
                    action == "share" ? "sharedAt" : "bookmarkedAt", posts, of: reader)
                if action == "share" { try await expectSharers(of: posts[0], reader) }
                let seen = try await reader.ask("GET", "/posts/\(posts[0])", at: product.client).json
                #expect(seen["sharesCount"].number == (action == "share" ? 1 : 0))
                #expect(seen["isBookmarked"] == .bool(action == "bookmark"))
                for post in posts.prefix(2) {
                    let answer = try await reader.ask("DELETE", "/posts/\(post)/\(action)", at: product.client)
                    #expect(answer.json["message"].text == undone, "\(answer.text)")
                }
                expectSocialPlayError(try await reader.ask("DELETE", path, at: product.client), 400, none)
            }
            let narrow = try await author.ask(
                "PUT", "/posts/\(posts[0])", json: #"{"visibility":"FOLLOWERS"}"#, at: product.client)
            #expect(narrow.status == 200)
            _ = try await reader.ask("POST", "/users/\(author.id)/follow", at: product.client)
            expectSocialPlayError(
                try await reader.ask("POST", "/posts/\(posts[0])/share", at: product.client), 403,
                "Only public posts can be shared")
            #expect(try await product.client.get("/api/v1/bookmarks").status == 401)
            #expect(try await reader.ask("GET", "/bookmarks?cursor=x", at: product.client).status == 400)
        }

        /// Two posts in two pages.
        private func expectList(_ path: String, _ time: String, _ posts: [String], of user: TestUser) async throws {
            let first = try await user.ask("GET", "\(path)?limit=1", at: product.client)
            let entry = try #require(first.json.array?.first, "\(first.text)")
            #expect(entry["id"].text == posts[1] && entry["author"].names.contains("username"))
            #expect(entry[time].text?.hasSuffix("Z") == true)
            let link = try #require(first.headers["link"]?.firstMatch(of: /<\/api\/v1(.+)>; rel="next"/)?.output.1)
            let second = try await user.ask("GET", String(link), at: product.client)
            #expect(second.json.array?.compactMap { $0["id"].text } == [posts[0]] && second.headers["link"] == nil)
        }

        private func expectSharers(of post: String, _ user: TestUser) async throws {
            let sharers = try await product.client.get("/api/v1/posts/\(post)/shares").json
            #expect(sharers["shares"].array?.first?["user"]["id"].text == user.id)
            #expect(sharers["shares"].array?.count == 1 && sharers["pagination"]["total"].number == 1)
        }

        @Test func `a user is muted once, listed and unmuted once, and the feeds follow`() async throws {
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: product.client),
                try await TestUser.registerOnSocialPlay(at: product.client)
            )
            let post = try await bob.ask("POST", "/posts", json: #"{"content":"Hello"}"#, at: product.client)
            let id = try #require(post.json["id"].text)
            _ = try await ada.ask("POST", "/users/\(bob.id)/follow", at: product.client)
            #expect(try await feed(of: ada) == [id])
            let muted = try await ada.ask("POST", "/users/\(bob.id)/mute", at: product.client)
            #expect(muted.json["message"].text == "Successfully muted user", "\(muted.text)")
            #expect(try await feed(of: ada) == [])
            for (path, status, message) in [
                (bob.id, 400, "Already muting this user"), (ada.id, 400, "Cannot mute yourself"),
                (UUID().uuidString.lowercased(), 404, "User not found"),
            ] {
                expectSocialPlayError(
                    try await ada.ask("POST", "/users/\(path)/mute", at: product.client), status, message)
            }
            let list = try await ada.ask("GET", "/mutes", at: product.client).json.array
            #expect(list?.count == 1 && list?.first?["id"].text == bob.id)
            #expect(
                list?.first?.names == ["id", "username", "firstName", "lastName", "avatar", "mutedAt"])
            let unmuted = try await ada.ask("DELETE", "/users/\(bob.id)/mute", at: product.client)
            #expect(unmuted.json["message"].text == "Successfully unmuted user")
            #expect(try await feed(of: ada) == [id])
            expectSocialPlayError(
                try await ada.ask("DELETE", "/users/\(bob.id)/mute", at: product.client), 400, "Not muting this user")
        }

        private func feed(of user: TestUser) async throws -> [String] {
            try await user.ask("GET", "/posts/feed", at: product.client).json.array?.compactMap { $0["id"].text } ?? []
        }
    }
}
