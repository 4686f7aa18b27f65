import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// Beside the document of `/api/v1`: drafts, schedules, versions, keys and conditional requests.
    struct DraftRouteTests {
        let product = Product.current

        // S2-72, S2-75, S2-89, S2-92, S2-94, S2-104
        @Test func `a client revalidates what it has, and changes only the version that it has read`() async throws {
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: product.client),
                try await TestUser.registerOnSocialPlay(at: product.client)
            )
            let post = try await id(ada.ask("POST", "/posts", json: #"{"content":"One"}"#, at: product.client))
            let comment = try await id(
                bob.ask("POST", "/posts/\(post)/comments", json: #"{"content":"Nice"}"#, at: product.client))
            for path in ["/users/me", "/users/\(bob.id)", "/posts/\(post)", "/comments/\(comment)"] {
                let tag = try await tag(of: path, for: ada)
                let same = try await ask("GET", path, ada, ["If-None-Match": "W/\"x\", \(tag)"])
                #expect(same.status == 304 && same.body.isEmpty && same.headers["etag"] == tag, "\(path)")
                #expect(same.headers["cache-control"] == "private, no-cache")
                #expect(try await ask("HEAD", path, ada, [:]).headers["etag"] == tag)
                #expect(try await ask("GET", path, ada, ["If-None-Match": "\"x\""]).status == 200)
                expectSocialPlayError(
                    try await ask("GET", path, ada, ["If-Match": "\"x\""]), 412,
                    "It has changed since it was read: read it again")
            }
            let read = try await tag(of: "/posts/\(post)", for: ada)
            _ = try await ada.ask("POST", "/posts/\(post)/like", at: product.client)
            #expect(try await tag(of: "/posts/\(post)", for: ada) != read)
            #expect(try await tag(of: "/posts/\(post)", for: bob) != tag(of: "/posts/\(post)", for: ada))
            // A like changes what is shown, and not what the author has read to change it.
            let body = #"{"content":"Two","publishedAt":"2020-01-01T00:00:00Z"}"#
            let changed = try await ask("PUT", "/posts/\(post)", ada, ["If-Match": read], json: body)
            #expect(changed.status == 200 && changed.json["editedAt"].text != nil, "\(changed.text)")
            for method in ["PUT", "DELETE"] {
                let answer = try await ask(method, "/posts/\(post)", ada, ["If-Match": read], json: #"{"content":"x"}"#)
                expectSocialPlayError(answer, 412, "It has changed since it was read: read it again")
            }
            let weak = try await "W/" + tag(of: "/comments/\(comment)", for: bob)
            #expect(try await ask("DELETE", "/comments/\(comment)", bob, ["If-Match": weak]).status == 412)
            let versions = try await ada.ask("GET", "/posts/\(post)/versions?limit=1", at: product.client)
            #expect(versions.json["versions"].array?.first?["content"].text == "Two")
            let link = try #require(versions.headers["link"]?.firstMatch(of: /\/api\/v1(.+)>; rel="next"/)?.output.1)
            let older = try await ada.ask("GET", String(link), at: product.client)
            #expect(older.json["versions"].array?.first?.names == ["content", "mediaUrls", "createdAt", "isCurrent"])
            #expect(older.json["versions"].array?.first?["content"].text == "One" && older.headers["link"] == nil)
            #expect(try await bob.ask("GET", "/posts/\(post)/versions", at: product.client).status == 403)
            #expect(try await ada.ask("GET", "/posts/\(post)/versions?cursor=x", at: product.client).status == 400)
            #expect(try await ask("DELETE", "/comments/\(comment)", bob, ["If-Match": "*"]).status == 200)
            #expect(try await ask("DELETE", "/posts/\(post)", ada, ["If-Match": "*"]).status == 200)
        }

        // S2-85, S2-91
        @Test func `a post is drafted, scheduled and published by itself`() async throws {
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: product.client),
                try await TestUser.registerOnSocialPlay(at: product.client)
            )
            let created = try await ada.ask("POST", "/drafts", json: #"{"content":"Draft"}"#, at: product.client)
            #expect(created.status == 201, "\(created.text)")
            #expect(
                created.json.names == [
                    "id", "content", "mediaUrls", "mediaType", "visibility", "publishAt", "postId", "createdAt",
                    "updatedAt",
                ])
            let draft = try id(created)
            let tag = try await tag(of: "/drafts/\(draft)", for: ada)
            let time = Date.now.addingTimeInterval(86_400).formatted(.iso8601)
            let scheduled = try await ask(
                "PUT", "/drafts/\(draft)", ada, ["If-Match": tag], json: #"{"publishAt":"\#(time)"}"#)
            let post = try #require(scheduled.json["postId"].text, "\(scheduled.text)")
            let stale = try await ask("PUT", "/drafts/\(draft)", ada, ["If-Match": tag], json: #"{"content":"x"}"#)
            #expect(stale.status == 412)
            #expect(try await ada.ask("GET", "/posts/\(post)", at: product.client).json["content"].text == "Draft")
            expectSocialPlayError(
                try await bob.ask("GET", "/posts/\(post)", at: product.client), 404, "Post not found")
            expectSocialPlayError(
                try await bob.ask("GET", "/drafts/\(draft)", at: product.client), 404, "Draft not found")
            let list = try await ada.ask("GET", "/drafts?limit=1", at: product.client)
            #expect(list.json["drafts"].array?.count == 1 && list.headers["link"] == nil)
            let published = try await ada.ask("POST", "/drafts/\(draft)/publish", at: product.client)
            #expect(published.status == 201 && published.json["content"].text == "Draft", "\(published.text)")
            #expect(try await ada.ask("GET", "/posts/\(post)", at: product.client).status == 404)
            #expect(try await ada.ask("DELETE", "/drafts/\(draft)", at: product.client).status == 404)

            for wrong in ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "soon"] {
                let answer = try await ada.ask(
                    "POST", "/posts", json: #"{"content":"x","publishedAt":"\#(wrong)"}"#, at: product.client)
                #expect(answer.status == 400 && answer.json["errors"].array?.first?["field"].text == "publishedAt")
            }
            let soon = Date.now.addingTimeInterval(2).ISO8601Format(.init(includingFractionalSeconds: true))
            let body = #"{"content":"Soon","publishedAt":"\#(soon)"}"#
            let first = try await ask("POST", "/posts", ada, ["Idempotency-Key": "soon"], json: body)
            #expect(first.status == 201 && first.json["publishedAt"].text != nil, "\(first.text)")
            let again = try await ask("POST", "/posts", ada, ["Idempotency-Key": "soon"], json: body)
            #expect(try id(again) == id(first) && again.json["publishedAt"] == first.json["publishedAt"])
            let other = try await ask("POST", "/posts", ada, ["Idempotency-Key": "soon"], json: #"{"content":"x"}"#)
            #expect(other.status == 409)
            let path = "/posts/\(try id(first))"
            try await eventually("the post is published", within: 60) {
                try await bob.ask("GET", path, at: product.client).status == 200
            }
            let seen = try await bob.ask("GET", path, at: product.client).json
            #expect(seen["publishedAt"] == first.json["publishedAt"] && seen["createdAt"] == seen["publishedAt"])
        }

        private func ask(
            _ method: String, _ path: String, _ user: TestUser, _ headers: [String: String], json: String? = nil
        ) async throws -> ProductAnswer {
            try await product.client.ask(
                method, "/api/v1\(path)", json: json, token: user.accessToken, headers: headers)
        }

        private func tag(of path: String, for user: TestUser) async throws -> String {
            let answer = try await user.ask("GET", path, at: product.client)
            #expect(answer.status == 200 && answer.headers["cache-control"] == "private, no-cache", "\(answer.text)")
            return try #require(answer.headers["etag"])
        }

        private func id(_ answer: ProductAnswer) throws -> String {
            try #require(answer.json["id"].text, "\(answer.text)")
        }
    }
}
