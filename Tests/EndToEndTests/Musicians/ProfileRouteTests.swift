import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// `/users*` of the musicians' document.
    struct ProfileRouteTests {
        let product = Product.current

        // S1-8, S1-28 to S1-35, S1-104, S1-126 to S1-143
        @Test func `a registered musician has a profile with every documented member and no other`() async throws {
            let user = try await TestUser.register(at: product.client)
            for path in ["/users/\(user.id)/profile", "/users/username/\(user.username.uppercased())"] {
                let answer = try await product.client.ask("GET", path, token: user.accessToken)
                #expect(answer.status == 200 && answer.json["success"] == .bool(true), "\(answer.text)")
                let data = answer.json["data"]
                #expect(
                    data.names == [
                        "_id", "userId", "username", "genres", "instruments", "socialLinks", "stats", "preferences",
                        "role", "following", "createdAt", "updatedAt",
                    ])
                #expect(data["userId"].text == user.id && data["username"].text == user.username)
                #expect(data["stats"].names == ["tracksCount", "followersCount", "followingCount", "totalPlays"])
                #expect(data["genres"] == .array([]) && data["socialLinks"] == .object([:]))
                #expect(
                    data["preferences"]
                        == .object([
                            "emailNotifications": .bool(true), "showOnlineStatus": .bool(true),
                            "privateProfile": .bool(false),
                        ]))
                #expect(data["role"].text == "listener" && data["following"] == .array([]))
                #expect(data["createdAt"].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            }
        }

        // S1-45 to S1-48, S1-118
        @Test func `an update changes what it names, and ignores what is not the owner's to change`() async throws {
            let user = try await TestUser.register(at: product.client)
            let path = "/users/\(user.id)/profile"
            let sent = """
                {"displayName":"John Doe Updated","bio":"Updated bio","location":"Saint Petersburg, Russia",
                 "genres":["rock","jazz","blues"],"instruments":["guitar"],
                 "socialLinks":{"youtube":"https://youtube.com/@newchannel","telegram":"@johndoe"},
                 "preferences":{"emailNotifications":false,"privateProfile":true},
                 "role":"admin","stats":{"tracksCount":99},"userId":"x","username":"other","following":["y"]}
                """
            let answer = try await product.client.ask("PUT", path, json: sent, token: user.accessToken)
            let data = answer.json["data"]
            #expect(answer.status == 200 && data["displayName"].text == "John Doe Updated", "\(answer.text)")
            #expect(data["genres"] == .array([.text("rock"), .text("jazz"), .text("blues")]))
            #expect(data["socialLinks"]["telegram"].text == "@johndoe" && data["socialLinks"]["vk"] == .null)
            #expect(data["role"].text == "listener" && data["username"].text == user.username)
            #expect(data["stats"]["tracksCount"].number == 0 && data["following"] == .array([]))

            let second = try await product.client.ask(
                "PUT", path, json: #"{"bio":null,"preferences":{"showOnlineStatus":false}}"#, token: user.accessToken)
            #expect(second.json["data"]["bio"] == .null && second.json["data"]["location"] != .null)
            #expect(
                second.json["data"]["preferences"]
                    == .object([
                        "emailNotifications": .bool(false), "showOnlineStatus": .bool(false),
                        "privateProfile": .bool(true),
                    ]))
            expectMusiciansError(try await product.client.ask("PUT", path, json: "{}"), 401)
            let other = try await TestUser.register(at: product.client)
            expectMusiciansError(try await product.client.ask("PUT", path, json: "{}", token: other.accessToken), 403)
        }

        // S1-163
        @Test(arguments: [
            #"{"displayName":""}"#, #"{"displayName":7}"#, #"{"genres":"rock"}"#, #"{"genres":[1]}"#,
            #"{"genres":["a\nb"]}"#, #"{"socialLinks":{"youtube":"javascript:alert(1)"}}"#,
            #"{"socialLinks":{"vk":"vk.com/me"}}"#, #"{"socialLinks":[]}"#,
            #"{"preferences":{"privateProfile":"yes"}}"#,
            #"{"location":"\u0000"}"#, "[]", "{", #"{"bio":"a","bio":"b"}"#,
        ])
        func `a wrong member is refused, and nothing changes`(body: String) async throws {
            let user = try await TestUser.register(at: product.client)
            let path = "/users/\(user.id)/profile"
            let before = try await product.client.get(path).json
            expectMusiciansError(try await product.client.ask("PUT", path, json: body, token: user.accessToken), 400)
            #expect(try await product.client.get(path).json == before)
        }

        @Test func `10,000 genres and a biography of a megabyte are refused`() async throws {
            let user = try await TestUser.register(at: product.client)
            let path = "/users/\(user.id)/profile"
            let genres = (0..<10_000).map { "\"genre \($0)\"" }.joined(separator: ",")
            let many = try await product.client.ask(
                "PUT", path, json: "{\"genres\":[\(genres)]}", token: user.accessToken)
            #expect(many.status == 400 || many.status == 413, "\(many.text)")
            let long = String(repeating: "a", count: 1 << 20)
            let large = try await product.client.ask(
                "PUT", path, json: "{\"bio\":\"\(long)\"}", token: user.accessToken)
            expectMusiciansError(large, 413)
        }

        // S1-29, S1-116, S1-117
        @Test(arguments: [
            ("/users/not-an-id/profile", 400), ("/users/01900000-0000-7000-8000-000000000000/profile", 404),
            ("/users/username/nobody.here", 404), ("/users/nobody.here/public", 404),
            ("/users/nobody.here/tracks", 404), ("/users/nobody.here/audio-files", 404),
            ("/social/profile/nobody.here", 404), ("/users/\(String(repeating: "a", count: 500))/public", 404),
            ("/users?excludeUserId=x", 400), ("/users?limit=0", 400), ("/users?cursor=x", 400),
        ])
        func `what does not exist is not found, and what is no id is refused`(path: String, status: Int) async throws {
            expectMusiciansError(try await product.client.get(path), status)
        }

        // S1-37, S1-38, S1-108
        @Test func `the list of all users is whole, without the excluded one, and comes in pages on demand`()
            async throws
        {
            let users = try await register(3, at: product.client)
            let all = try await product.client.ask("GET", "/users", token: users[0].accessToken)
            let ids = (all.json["profiles"].array ?? []).compactMap { $0["userId"].text }
            #expect(all.json["success"] == .bool(true) && Set(ids).isSuperset(of: users.map(\.id)))
            #expect(Set(ids).count == ids.count)
            let others = try await product.client.get("/users?excludeUserId=\(users[0].id)")
            let otherIDs = (others.json["profiles"].array ?? []).compactMap { $0["userId"].text }
            #expect(!otherIDs.contains(users[0].id) && Set(otherIDs).isSuperset(of: users.dropFirst().map(\.id)))

            var seen: [String] = []
            var path: String? = "/users?limit=2"
            while let next = path {
                let page = try await product.client.get(next)
                let ids = (page.json["profiles"].array ?? []).compactMap { $0["userId"].text }
                #expect(ids.count <= 2)
                seen += ids
                path = page.headers["link"]?.firstMatch(of: /<([^>]+)>; rel="next"/).map { String($0.1) }
            }
            #expect(Set(seen).isSuperset(of: users.map(\.id)) && Set(seen).count == seen.count)
        }

        // S1-41, S1-42, S1-91, S1-96
        @Test func `the public profile says what it is to the viewer`() async throws {
            let users = try await register(2, at: product.client)
            let path = "/users/\(users[1].username)/public?viewerId=\(users[0].id)"
            let before = try await product.client.get(path).json["data"]
            #expect(
                before.names == [
                    "profile", "tracks", "followersCount", "followingCount", "isFollowing", "isOwnProfile",
                ])
            #expect(before["isFollowing"] == .bool(false) && before["isOwnProfile"] == .bool(false))
            _ = try await product.client.ask("POST", "/social/follow/\(users[1].id)", token: users[0].accessToken)
            let after = try await product.client.get("/social/profile/\(users[1].username)?viewerId=\(users[0].id)")
            #expect(after.json["data"]["isFollowing"] == .bool(true))
            #expect(after.json["data"]["followersCount"].number == 1)
            let own = try await product.client.get("/users/\(users[0].username)/public?viewerId=\(users[0].id)")
            #expect(own.json["data"]["isOwnProfile"] == .bool(true))
            #expect(own.json["data"]["profile"]["following"] == .array([.text(users[1].id)]))
            let nobody = try await product.client.get("/users/\(users[1].username)/public")
            #expect(nobody.json["data"].names == ["profile", "tracks", "followersCount", "followingCount"])
        }
    }
}
