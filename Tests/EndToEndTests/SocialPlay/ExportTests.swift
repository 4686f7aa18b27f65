import Foundation
import TestSupport
import Testing

extension SharedProduct {
    struct ExportTests {
        let product = Product.current

        @Test func `an export holds all data of the user and no credential`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client, headers: ["User-Agent": "Phone"])
            _ = try await user.ask("PUT", "/users/me", json: #"{"bio":"это я"}"#, at: product.client)
            #expect(try await user.upload(Picture.jpeg, to: product.client).status == 200)
            let post = try await user.ask("POST", "/posts", json: #"{"content":"Hello"}"#, at: product.client)
            let id = try #require(post.json["id"].text)
            _ = try await user.ask("POST", "/posts/\(id)/comments", json: #"{"content":"Me"}"#, at: product.client)
            for action in ["like", "share", "bookmark"] {
                _ = try await user.ask("POST", "/posts/\(id)/\(action)", at: product.client)
            }
            let other = try await TestUser.registerOnSocialPlay(at: product.client)
            _ = try await user.ask("POST", "/users/\(other.id)/mute", at: product.client)
            expectSocialPlayError(
                try await user.ask("GET", "/users/me/export", at: product.client), 404,
                "There is no export: ask for one")
            expectSocialPlayError(try await user.ask("GET", "/users/me/export/download", at: product.client), 404)

            let asked = try await user.ask("POST", "/users/me/export", at: product.client)
            #expect(asked.status == 202, "\(asked.text)")
            let ready = try await eventually("it is ready") {
                let answer = try await user.ask("GET", "/users/me/export", at: product.client)
                return answer.json["status"].text == "ready" ? answer.json : nil
            }
            #expect(ready["url"].text?.hasSuffix("/api/v1/users/me/export/download") == true)
            let answer = try await user.ask("GET", "/users/me/export/download", at: product.client)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.headers["content-disposition"] == "attachment; filename=\"socialplay.json\"")
            #expect(ready["size"].number == Double(answer.body.count))
            let document = answer.json
            #expect(
                document.names == [
                    "account", "profile", "sessions", "login_sources", "identities", "friends", "following", "blocks",
                    "friend_requests",
                    "notifications", "reports", "moderation_actions", "notification_preferences", "push_subscriptions",
                    "files", "messages",
                    "posts", "comments", "likes", "shares", "bookmarks", "drafts", "post_versions", "mutes",
                    "daily_counts", "events",
                ])
            #expect(document["account"]["email"].text == user.email)
            #expect(document["profile"]["bio"].text == "это я")
            #expect(document["sessions"].array?.first?["user_agent"].text == "Phone")
            #expect(document["files"].array?.count == 1)
            for name in ["posts", "comments", "likes", "shares", "bookmarks", "mutes"] {
                #expect(document[name].array?.count == 1, "\(name)")
            }
            for name in ["shares", "bookmarks"] { #expect(document[name].array?.first?["post_id"].text == id) }
            #expect(document["mutes"].array?.first?["user_id"].text == other.id)
            let hash = try await user.passwordHash(in: product)
            for secret in [hash, "password_hash", "refresh_hash", user.refreshToken] {
                #expect(!answer.text.contains(secret))
            }
        }

        @Test func `a user cannot read the export of another user`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            _ = try await user.ask("POST", "/users/me/export", at: product.client)
            try await eventually("it is ready") {
                try await user.ask("GET", "/users/me/export", at: product.client).json["status"].text == "ready"
            }
            expectSocialPlayError(try await otherUser.ask("GET", "/users/me/export/download", at: product.client), 404)
            expectSocialPlayError(try await product.client.get("/api/v1/users/me/export/download"), 401)
        }
    }
}
