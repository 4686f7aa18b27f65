import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// `/api/v1/posts`.
    struct PostRouteTests {
        let product = Product.current

        // S2-83, S2-85, S2-86, S2-89, S2-90, S2-92 to S2-94
        @Test func `a post is created, read, changed and deleted`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let created = try await user.ask(
                "POST", "/posts",
                json: #"{"content":"Привет, @ada!","mediaUrls":["https://example.com/a.jpg"],"mediaType":"IMAGE"}"#,
                at: product.client)
            #expect(created.status == 201, "\(created.text)")
            let post = created.json
            #expect(
                post.names == [
                    "id", "content", "mediaUrls", "mediaType", "visibility", "likesCount", "commentsCount",
                    "sharesCount", "authorId", "createdAt", "updatedAt", "publishedAt", "editedAt", "author", "_count",
                    "isLiked", "isBookmarked",
                ])
            #expect(post["visibility"].text == "PUBLIC" && post["mediaUrls"].array?.count == 1)
            #expect(post["author"].names == ["id", "username", "firstName", "lastName", "avatar"])
            #expect(post["author"]["id"].text == user.id && post["publishedAt"] == post["createdAt"])
            #expect(try await user.ask("GET", "/users/me", at: product.client).json["postsCount"].number == 1)
            let id = try #require(post["id"].text)
            let changed = try await user.ask(
                "PUT", "/posts/\(id)", json: #"{"content":"Hello"}"#, at: product.client)
            #expect(changed.json["content"].text == "Hello" && changed.json["mediaUrls"] == post["mediaUrls"])
            let other = try await TestUser.registerOnSocialPlay(at: product.client)
            expectSocialPlayError(
                try await other.ask("PUT", "/posts/\(id)", json: #"{"content":"x"}"#, at: product.client), 403,
                "Unauthorized")
            expectSocialPlayError(
                try await other.ask("DELETE", "/posts/\(id)", at: product.client), 403, "Unauthorized")
            let read = try await product.client.get("/api/v1/posts/\(id)").json
            #expect(read["content"].text == "Hello" && read["comments"] == .array([]))
            let deleted = try await user.ask("DELETE", "/posts/\(id)", at: product.client)
            #expect(deleted.json["message"].text == "Post deleted successfully")
            expectSocialPlayError(
                try await user.ask("GET", "/posts/\(id)", at: product.client), 404, "Post not found")
            #expect(try await user.ask("GET", "/users/me", at: product.client).json["postsCount"].number == 0)
        }

        // S2-95, S2-96, S2-98, S2-99
        @Test func `a like is given once and taken once`() async throws {
            let author = try await TestUser.registerOnSocialPlay(at: product.client)
            let reader = try await TestUser.registerOnSocialPlay(at: product.client)
            let id = try await post(#"{"content":"Hello"}"#, by: author)
            let liked = try await reader.ask("POST", "/posts/\(id)/like", at: product.client)
            #expect(liked.status == 200 && liked.json["message"].text == "Post liked successfully")
            expectSocialPlayError(
                try await reader.ask("POST", "/posts/\(id)/like", at: product.client), 400, "Post already liked")
            let seen = try await reader.ask("GET", "/posts/\(id)", at: product.client).json
            #expect(seen["isLiked"] == .bool(true) && seen["_count"]["likes"].number == 1)
            let likes = try await author.ask("GET", "/posts/\(id)/likes", at: product.client).json
            #expect(likes["likes"].array?.first?["user"]["id"].text == reader.id)
            #expect(likes["pagination"]["total"].number == 1)
            let unliked = try await reader.ask("DELETE", "/posts/\(id)/like", at: product.client)
            #expect(unliked.json["message"].text == "Post unliked successfully")
            expectSocialPlayError(
                try await reader.ask("DELETE", "/posts/\(id)/like", at: product.client), 400, "Post not liked")
            for method in ["POST", "DELETE"] {
                let unknown = try await reader.ask(
                    method, "/posts/\(UUID().uuidString)/like", at: product.client)
                expectSocialPlayError(unknown, 404, "Post not found")
            }
        }

        // S2-89, S2-102 to S2-107
        @Test func `a post is commented, and its comments answered, changed and deleted`() async throws {
            let author = try await TestUser.registerOnSocialPlay(at: product.client)
            let reader = try await TestUser.registerOnSocialPlay(at: product.client)
            let id = try await post(#"{"content":"Hello"}"#, by: author)
            let comment = try await reader.ask(
                "POST", "/posts/\(id)/comments", json: #"{"content":"Nice"}"#, at: product.client)
            #expect(comment.status == 201, "\(comment.text)")
            #expect(
                comment.json.names == [
                    "id", "content", "postId", "authorId", "parentId", "createdAt", "updatedAt", "editedAt", "author",
                ])
            let first = try #require(comment.json["id"].text)
            let reply = try await author.ask(
                "POST", "/comments/\(first)/reply", json: #"{"content":"Thanks"}"#, at: product.client)
            #expect(reply.status == 201 && reply.json["parentId"].text == first && reply.json["postId"].text == id)
            let list = try await product.client.get("/api/v1/posts/\(id)/comments?limit=1")
            #expect(list.json["comments"].array?.first?["content"].text == "Thanks")
            #expect(list.json["pagination"]["total"].number == 2 && list.headers["link"]?.contains("cursor=") == true)
            let seen = try await product.client.get("/api/v1/posts/\(id)").json
            #expect(seen["comments"].array?.count == 2 && seen["_count"]["comments"].number == 2)
            let changed = try await reader.ask(
                "PUT", "/comments/\(first)", json: #"{"content":"Very nice"}"#, at: product.client)
            #expect(changed.json["content"].text == "Very nice")
            expectSocialPlayError(
                try await author.ask("PUT", "/comments/\(first)", json: #"{"content":"x"}"#, at: product.client), 403,
                "Unauthorized")
            let deleted = try await author.ask("DELETE", "/comments/\(first)", at: product.client)
            #expect(deleted.json["message"].text == "Comment deleted successfully")
            #expect(try await product.client.get("/api/v1/posts/\(id)").json["commentsCount"].number == 0)
            expectSocialPlayError(
                try await author.ask("DELETE", "/comments/\(first)", at: product.client), 404, "Comment not found")
            for body in [#"{}"#, #"{"content":""}"#, #"{"content":7}"#] {
                let answer = try await reader.ask("POST", "/posts/\(id)/comments", json: body, at: product.client)
                #expect(answer.status == 400)
            }
            let unknown = try await reader.ask(
                "POST", "/posts/\(UUID().uuidString)/comments", json: #"{"content":"x"}"#, at: product.client)
            expectSocialPlayError(unknown, 404, "Post not found")
        }

        // S2-29, S2-76, S2-91, S2-173
        @Test func `visibility decides who reads a post`() async throws {
            let author = try await TestUser.registerOnSocialPlay(at: product.client)
            let stranger = try await TestUser.registerOnSocialPlay(at: product.client)
            let follower = try await TestUser.registerOnSocialPlay(at: product.client)
            #expect(
                try await product.client.ask(
                    "POST", "/social/follow/\(author.id)", token: follower.accessToken
                ).status == 200)
            var ids: [String: String] = [:]
            for visibility in ["PUBLIC", "FOLLOWERS", "PRIVATE"] {
                ids[visibility] = try await post(#"{"content":"x","visibility":"\#(visibility)"}"#, by: author)
            }
            for (reader, seen) in [
                (author, ["PUBLIC", "FOLLOWERS", "PRIVATE"]), (follower, ["PUBLIC", "FOLLOWERS"]),
                (stranger, ["PUBLIC"]),
            ] {
                for (visibility, id) in ids {
                    let status = try await reader.ask("GET", "/posts/\(id)", at: product.client).status
                    #expect(status == (seen.contains(visibility) ? 200 : 404), "\(visibility)")
                }
                let list = try await reader.ask("GET", "/users/\(author.id)/posts", at: product.client).json
                #expect(list["posts"].array?.count == seen.count)
                #expect(list["pagination"]["total"].number == Double(seen.count))
            }
            #expect(try await author.ask("GET", "/users/me/posts", at: product.client).json["posts"].array?.count == 3)
        }

        // S2-87, S2-88, S2-173
        @Test func `a feed has own posts and those of followed users, and follows every change`() async throws {
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: product.client),
                try await TestUser.registerOnSocialPlay(at: product.client)
            )
            let own = try await post(#"{"content":"Own"}"#, by: ada)
            #expect(try await feed(of: ada).ids == [own])
            let first = try await post(#"{"content":"First","visibility":"FOLLOWERS"}"#, by: bob)
            let secret = try await post(#"{"content":"Secret","visibility":"PRIVATE"}"#, by: bob)
            #expect(try await feed(of: ada).ids == [own])
            _ = try await ada.ask("POST", "/users/\(bob.id)/follow", at: product.client)
            #expect(try await feed(of: ada).ids == [first, own])
            let second = try await post(#"{"content":"Second"}"#, by: bob)
            try await eventually("the post is in the feed") { try await feed(of: ada).ids == [second, first, own] }
            #expect(try await feed(of: bob).ids == [second, first], "own PRIVATE posts are not in it")
            _ = try await bob.ask("PUT", "/posts/\(secret)", json: #"{"visibility":"PUBLIC"}"#, at: product.client)
            try await eventually("the post is in its place") {
                try await feed(of: ada).ids == [second, secret, first, own]
            }
            _ = try await ada.ask("POST", "/posts/\(second)/like", at: product.client)
            let newest = try await feed(of: ada).posts.first
            #expect(newest?["isLiked"] == .bool(true) && newest?["author"]["id"].text == bob.id)
            #expect(try await feed(of: ada, "?page=2&limit=3").ids == [own])
            let page = try await ada.ask("GET", "/posts/feed?limit=2", at: product.client)
            let link = try #require(page.headers["link"]?.firstMatch(of: /\/api\/v1(.+)>; rel="next"/)?.output.1)
            #expect(
                try await ada.ask("GET", String(link), at: product.client).json.array?.compactMap { $0["id"].text }
                    == [first, own])
            _ = try await bob.ask("DELETE", "/posts/\(second)", at: product.client)
            #expect(try await feed(of: ada).ids == [secret, first, own])
            _ = try await ada.ask("DELETE", "/users/\(bob.id)/follow", at: product.client)
            #expect(try await feed(of: ada).ids == [own])
            #expect(try await ada.ask("GET", "/posts/feed?page=500", at: product.client).status == 400)
            #expect(try await product.client.get("/api/v1/posts/feed").status == 401)
        }

        private func feed(of user: TestUser, _ query: String = "") async throws -> (
            posts: [ProductJSON], ids: [String]
        ) {
            let answer = try await user.ask("GET", "/posts/feed\(query)", at: product.client)
            let posts = try #require(answer.json.array, "\(answer.text)")
            return (posts, posts.compactMap { $0["id"].text })
        }

        // S2-81, S2-82, S2-162
        @Test func `pages are bounded, and a cursor continues`() async throws {
            let author = try await TestUser.registerOnSocialPlay(at: product.client)
            for number in 1...3 { _ = try await post(#"{"content":"\#(number)"}"#, by: author) }
            let first = try await author.ask("GET", "/users/\(author.id)/posts?limit=2", at: product.client)
            #expect(
                first.json["pagination"]
                    == .object([
                        "total": .number(3), "page": .number(1), "limit": .number(2), "pages": .number(2),
                    ]))
            let link = try #require(first.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/)?.output.1)
            let second = try await product.client.get(String(link))
            #expect(second.json["posts"].array?.count == 1 && second.headers["link"] == nil)
            for query in ["page=0", "page=-1", "page=abc", "limit=0", "limit=-1", "cursor=x"] {
                let answer = try await author.ask("GET", "/posts?\(query)", at: product.client)
                #expect(answer.status == 400, "\(query)")
            }
            let most = try await author.ask("GET", "/posts?limit=1000000", at: product.client)
            #expect(most.status == 200 && most.json["pagination"]["limit"].number == 100)
        }

        @Test(arguments: [
            #"{}"#, #"{"content":""}"#, #"{"content":" \n "}"#, #"{"content":5}"#, #"{"content":null}"#,
            #"{"content":"x","visibility":"EVERYONE"}"#, #"{"content":"x","mediaType":"AUDIO"}"#,
            #"{"content":"x","mediaUrls":"https://example.com"}"#,
            #"{"content":"x","mediaUrls":["javascript:alert(1)"]}"#, #"{"content":"x\u0000"}"#,
        ])
        func `a body that breaks a rule is refused`(body: String) async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await user.ask("POST", "/posts", json: body, at: product.client)
            #expect(answer.status == 400 && answer.json["status"].text == "error", "\(answer.text)")
        }

        private func post(_ body: String, by user: TestUser) async throws -> String {
            let answer = try await user.ask("POST", "/posts", json: body, at: product.client)
            return try #require(answer.json["id"].text, "\(answer.text)")
        }
    }
}
