import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// Other users, follows and blocks below `/api/v1/users`.
    struct FollowingTests {
        let product = Product.current

        // S2-75, S2-80
        @Test func `a user is shown to others without what is for the owner alone`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            _ = try await user.ask(
                "PUT", "/users/me", json: #"{"bio":"Me","phone":"+1 555 0100","dateOfBirth":"2000-01-01"}"#,
                at: product.client)
            let answer = try await product.client.get("/api/v1/users/\(user.id)")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(
                answer.json.names == [
                    "id", "username", "firstName", "lastName", "avatar", "bio", "coverImage", "isVerified", "isPrivate",
                    "followersCount", "followingCount", "postsCount", "createdAt", "isFollowing",
                ])
            #expect(answer.json["bio"].text == "Me" && answer.json["isFollowing"] == .bool(false))
            expectSocialPlayError(
                try await product.client.get("/api/v1/users/\(UUID().uuidString)"), 404, "User not found")
            #expect(try await product.client.get("/api/v1/users/x").status == 400)
        }

        // S2-77, S2-78, S2-108 to S2-111, S2-113
        @Test func `a user is followed once, listed and unfollowed once`() async throws {
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: product.client),
                try await TestUser.registerOnSocialPlay(at: product.client)
            )
            let followed = try await ada.ask("POST", "/users/\(bob.id)/follow", at: product.client)
            #expect(followed.json["message"].text == "Successfully followed user", "\(followed.text)")
            expectSocialPlayError(
                try await ada.ask("POST", "/users/\(bob.id)/follow", at: product.client), 400,
                "Already following this user")
            expectSocialPlayError(
                try await ada.ask("POST", "/users/\(ada.id)/follow", at: product.client), 400, "Cannot follow yourself")
            expectSocialPlayError(
                try await ada.ask("POST", "/users/\(UUID().uuidString)/follow", at: product.client), 404,
                "User not found")
            let seen = try await ada.ask("GET", "/users/\(bob.id)", at: product.client).json
            #expect(seen["isFollowing"] == .bool(true) && seen["followersCount"].number == 1)
            for (path, listed) in [("\(bob.id)/followers", ada), ("\(ada.id)/following", bob)] {
                let list = try await product.client.get("/api/v1/users/\(path)").json.array
                #expect(list?.count == 1 && list?.first?["id"].text == listed.id)
                #expect(
                    list?.first?.names == ["id", "username", "firstName", "lastName", "avatar", "bio"])
            }
            let unfollowed = try await ada.ask("DELETE", "/users/\(bob.id)/follow", at: product.client)
            #expect(unfollowed.json["message"].text == "Successfully unfollowed user")
            expectSocialPlayError(
                try await ada.ask("DELETE", "/users/\(bob.id)/follow", at: product.client), 400,
                "Not following this user")
            #expect(try await ada.ask("GET", "/users/me", at: product.client).json["followingCount"].number == 0)
        }

        // S2-164
        @Test func `of fifty equal follows at once one succeeds`() async throws {
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: product.client),
                try await TestUser.registerOnSocialPlay(at: product.client)
            )
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await ada.ask("POST", "/users/\(bob.id)/follow", at: product.client).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 400 } == 49)
            #expect(
                try await product.client.get("/api/v1/users/\(bob.id)").json["followersCount"].number == 1)
        }

        // S2-77, X-24
        @Test func `followers come in pages, the newest first, and are removed`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            var followers: [TestUser] = []
            for _ in 0..<3 {
                followers.append(try await TestUser.registerOnSocialPlay(at: product.client))
                _ = try await followers.last?.ask("POST", "/users/\(user.id)/follow", at: product.client)
            }
            let path = "/api/v1/users/\(user.id)/followers?limit=2"
            let first = try await product.client.get(path)
            #expect(first.json.array?.compactMap { $0["id"].text } == [followers[2].id, followers[1].id])
            #expect(
                try await product.client.get("\(path)&page=2").json.array?.compactMap { $0["id"].text } == [
                    followers[0].id
                ])
            let link = try #require(first.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/)?.output.1)
            let second = try await product.client.get(String(link))
            #expect(second.json.array?.compactMap { $0["id"].text } == [followers[0].id])
            #expect(second.headers["link"] == nil)
            let removed = try await user.ask("DELETE", "/users/me/followers/\(followers[1].id)", at: product.client)
            #expect(removed.status == 200)
            #expect(try await product.client.get(path).json.array?.count == 2)
            let again = try await user.ask("DELETE", "/users/me/followers/\(followers[1].id)", at: product.client)
            #expect(again.status == 404)
        }

        // S2-79, S2-171
        @Test func `users are found by name, whatever the text holds`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let found = try await user.ask("GET", "/users/search?q=\(user.username.prefix(8))", at: product.client)
            #expect(found.status == 200 && found.json.array != nil, "\(found.text)")
            let other = try await TestUser.registerOnSocialPlay(at: product.client)
            let hits = try await other.ask("GET", "/users/search?q=\(user.username)", at: product.client).json
            #expect(hits.array?.first?["id"].text == user.id)
            for text in ["%27%22", "%25%25", "__", "%5C%5C", "a%26%7C!", "a:*", "((", "%D0%9F%D1%80"] {
                let answer = try await user.ask("GET", "/users/search?q=\(text)", at: product.client)
                #expect(answer.status == 200, "\(text): \(answer.text)")
            }
            #expect(try await user.ask("GET", "/users/search", at: product.client).status == 400)
        }

        @Test func `a block hides both users from each other`() async throws {
            let (ada, bob) = (
                try await TestUser.registerOnSocialPlay(at: product.client),
                try await TestUser.registerOnSocialPlay(at: product.client)
            )
            _ = try await bob.ask("POST", "/users/\(ada.id)/follow", at: product.client)
            #expect(try await ada.ask("POST", "/users/\(bob.id)/block", at: product.client).status == 200)
            let list = try await ada.ask("GET", "/blocks", at: product.client).json
            #expect(list.array?.compactMap { $0["id"].text } == [bob.id])
            #expect(try await ada.ask("GET", "/users/me", at: product.client).json["followersCount"].number == 0)
            for (viewer, other) in [(ada, bob), (bob, ada)] {
                let seen = try await viewer.ask("GET", "/users/\(other.id)", at: product.client)
                #expect(seen.status == 404)
            }
            #expect(try await ada.ask("DELETE", "/users/\(bob.id)/block", at: product.client).status == 200)
            #expect(try await ada.ask("GET", "/users/\(bob.id)", at: product.client).status == 200)
        }
    }
}
