import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// What the musicians' document promises of accounts, profiles and files together.
    struct MusiciansDocumentTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        // S1-1, S1-2, S1-97, S1-99, S1-172
        @Test func `one address serves all parts, with one user id, and counters that change by themselves`()
            async throws
        {
            let users = try await register(2, at: client)
            let (ada, bob) = (users[0], users[1])
            func data(_ path: String) async throws -> ProductJSON {
                let answer = try await client.ask("GET", path, token: ada.accessToken)
                #expect(answer.status == 200 && answer.json["success"] == .bool(true), "\(path): \(answer.text)")
                #expect(answer.json.names.count == 2, "\(answer.text)")
                return answer.json["data"]
            }
            // The profile is there as soon as the user is.
            #expect(try await data("/users/\(ada.id)/profile")["userId"].text == ada.id)
            let follow = try await client.post("/social/follow/\(bob.id)", json: "{}", token: ada.accessToken)
            #expect(follow.json.names == ["success", "data"] && follow.json["data"]["followerId"].text == ada.id)
            let upload = try await ada.upload(
                "track", Recording.wav(byteCount: 4_000), called: "a.wav", ["userId": ada.id], to: client)
            #expect(upload.json.names == ["success", "file"] && upload.json["file"]["userId"].text == ada.id)
            let login = try await client.post("/auth/login", json: TestUser.login(email: ada.email))
            #expect(login.json["user"]["id"].text == ada.id)
            let stats = try await data("/users/\(ada.id)/profile")["stats"]
            #expect(stats["tracksCount"].number == 1 && stats["followingCount"].number == 1)
            #expect(try await data("/users/\(bob.id)/profile")["stats"]["followersCount"].number == 1)
            let file = try #require(upload.json["file"]["fileId"].text)
            #expect(try await client.ask("DELETE", "/media/track/\(file)", token: ada.accessToken).status == 200)
            _ = try await client.ask("DELETE", "/social/unfollow/\(bob.id)", token: ada.accessToken)
            let after = try await data("/users/\(ada.id)/profile")["stats"]
            #expect(after["tracksCount"].number == 0 && after["followingCount"].number == 0)
            #expect(try await data("/users/\(bob.id)/profile")["stats"]["followersCount"].number == 0)
        }

        // S1-43, S1-44, S1-123, S1-144 to S1-156, S1-166 to S1-170
        @Test func `tracks are of the type track, and recordings of any type with their times`() async throws {
            let user = try await TestUser.register(at: client)
            let song = Recording.mp3(frames: 400)
            let talk = Recording.wav(byteCount: 176_444)
            // The client's type and name say nothing.
            let track = try await user.upload("track", song, called: "../my-song.jpg", ["userId": user.id], to: client)
            let other = try await user.upload("file", talk, called: "podcast.mp3", to: client)
            _ = try await user.upload("file", Picture.jpeg, called: "notes.mp3", to: client)
            _ = try await user.upload("avatar", Picture.jpeg, called: "me.jpg", to: client)
            let trackID = try #require(track.json["file"]["fileId"].text)
            let otherID = try #require(other.json["file"]["fileId"].text)
            func list(_ path: String, _ name: String) async throws -> [ProductJSON] {
                let answer = try await client.get("/users/\(user.username)/\(path)")
                #expect(answer.status == 200 && answer.json.names == ["success", name], "\(answer.text)")
                return answer.json[name].array ?? []
            }
            try await eventually("both are read", within: 60) {
                try await list("audio-files", "audioFiles").allSatisfy { $0["metadata"]["duration"].number != nil }
            }
            let tracks = try await list("tracks", "data")
            let recordings = try await list("audio-files", "audioFiles")
            #expect(tracks.map { $0["fileId"].text } == [trackID])
            #expect(recordings.map { $0["fileId"].text } == [otherID, trackID])
            #expect(recordings.map { $0["type"].text } == ["other", "track"])
            #expect(recordings.map { $0["mimeType"].text } == ["audio/wav", "audio/mpeg"])
            #expect(recordings.map { $0["size"].number } == [Double(talk.count), Double(song.count)])
            #expect(recordings.allSatisfy { $0["userId"].text == user.id })
            #expect(recordings.map { $0["metadata"]["format"].text } == ["wav", "mp3"])
            for file in recordings + tracks {
                for name in ["createdAt", "updatedAt"] {
                    #expect(file[name].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
                }
                #expect(file["metadata"]["width"] == .null)
            }
            // 400 frames of 1,152 samples at 44,100 Hz and 128 kbit/s; two seconds of 16 bits at 44,100 Hz.
            let (wav, mp3) = (recordings[0]["metadata"], recordings[1]["metadata"])
            #expect(mp3["duration"].number.map { abs($0 - 10.45) < 0.2 } == true, "\(mp3)")
            #expect(mp3["bitrate"].number.map { abs($0 - 128) < 3 } == true, "\(mp3)")
            #expect(wav["duration"].number.map { abs($0 - 2) < 0.05 } == true, "\(wav)")
            #expect(wav["bitrate"].number.map { abs($0 - 706) < 3 } == true, "\(wav)")
            let stored = try await client.get("/media/track/\(trackID)")
            #expect(stored.body == song && stored.headers["content-type"] == "audio/mpeg")
            let status = try await user.status(of: try await avatarFile(of: user), at: client)
            #expect(status.json["file"]["metadata"]["format"].text == "jpeg", "\(status.text)")
        }

        private func avatarFile(of user: TestUser) async throws -> String {
            try #require(
                try await product.texts(
                    "SELECT id::text FROM media WHERE user_id = $1::text::uuid AND purpose = 'avatar'", [user.id]
                ).first)
        }

        // S1-157 to S1-162
        @Test func `the public profile has the types of the document`() async throws {
            let users = try await register(3, at: client)
            let (ada, bob, eve) = (users[0], users[1], users[2])
            for user in [bob, eve] {
                _ = try await client.post("/social/follow/\(ada.id)", json: "{}", token: user.accessToken)
            }
            _ = try await client.post("/social/follow/\(bob.id)", json: "{}", token: ada.accessToken)
            let track = try await ada.upload("track", Recording.wav(byteCount: 4_000), called: "a.wav", to: client)
            for path in ["/users/\(ada.username)/public", "/social/profile/\(ada.username)"] {
                let data = try await client.get("\(path)?viewerId=\(bob.id)").json["data"]
                #expect(data["profile"] == (try await client.get("/users/\(ada.id)/profile").json["data"]))
                let listed = try await client.get("/users/\(ada.username)/tracks").json["data"]
                #expect(data["tracks"].array?.map { $0["fileId"].text } == listed.array?.map { $0["fileId"].text })
                #expect(listed.array?.map { $0["fileId"] } == [track.json["file"]["fileId"]])
                #expect(data["followersCount"].number == 2 && data["followingCount"].number == 1)
                #expect(data["isFollowing"] == .bool(true) && data["isOwnProfile"] == .bool(false))
                let own = try await client.get("\(path)?viewerId=\(ada.id)").json["data"]
                #expect(own["isOwnProfile"] == .bool(true) && own["isFollowing"] == .bool(false))
                #expect(try await client.get(path).json["data"]["isFollowing"] == .null)
            }
            let rows = try await product.texts(
                "SELECT count(*)::text FROM follows WHERE following_id = $1::text::uuid", [ada.id])
            #expect(rows == ["2"])
        }

        // S1-46, S1-164
        @Test func `preferences may be sent one by one, and an update moves the time of the profile`() async throws {
            let user = try await TestUser.register(at: client)
            let path = "/users/\(user.id)/profile"
            let before = try await client.get(path).json["data"]
            var expected = before["preferences"]
            for (name, value) in [
                ("emailNotifications", false), ("showOnlineStatus", false), ("privateProfile", true),
                ("emailNotifications", true),
            ] {
                guard case .object(var members) = expected else { break }
                members[name] = .bool(value)
                expected = .object(members)
                let answer = try await client.ask(
                    "PUT", path, json: "{\"preferences\":{\"\(name)\":\(value)}}", token: user.accessToken)
                #expect(answer.json["data"]["preferences"] == expected, "\(answer.text)")
            }
            let after = try await client.ask("GET", path, token: user.accessToken).json["data"]
            #expect(after["preferences"] == expected)
            #expect(after["updatedAt"].text ?? "" > before["updatedAt"].text ?? "")
            #expect(after["createdAt"] == before["createdAt"])
        }

        // S1-35, S1-171
        @Test func `a profile has no picture until one is uploaded`() async throws {
            let user = try await TestUser.register(at: client)
            let path = "/users/\(user.id)/profile"
            let none = try await client.get(path).json["data"]
            #expect(none["avatarUrl"] == .null && none["coverImageUrl"] == .null)
            #expect(none.names.isDisjoint(with: ["avatarUrl", "coverImageUrl"]))
            try await user.replaceAvatar(Picture.jpeg, at: client)
            let cover = try await user.upload("cover", Picture.jpeg, called: "c.jpg", ["type": "profile"], to: client)
            let id = try #require(cover.json["file"]["fileId"].text)
            try await eventually("the cover is shown", within: 30) {
                try await client.get(path).json["data"]["coverImageUrl"] != .null
            }
            let data = try await client.get(path).json["data"]
            #expect(data["avatarUrl"].text == "http://localhost:3000/media/avatar/\(user.id)")
            #expect(data["coverImageUrl"].text == "http://localhost:3000/media/file/\(id)")
        }

        // S1-33, S1-47
        @Test func `a profile has the role of its user, and an administrator may change any profile`() async throws {
            let admin = try await TestUser.register(at: client)
            let name = TestUser.newName()
            let json =
                #"{"email":"\#(name)@example.com","username":"\#(name)","password":"password123","role":"musician"}"#
            let user = try TestUser(try await client.post("/auth/register", json: json), password: "password123")
            let path = "/users/\(user.id)/profile"
            #expect(try await client.get(path).json["data"]["role"].text == "musician")
            let change = #"{"bio":"moderated"}"#
            expectMusiciansError(try await client.ask("PUT", path, json: change, token: admin.accessToken), 403)
            #expect(try await product.run("API", ["make-admin", admin.username]).exit == .code(0))
            #expect(try await client.get("/users/\(admin.id)/profile").json["data"]["role"].text == "admin")
            let changed = try await client.ask("PUT", path, json: change, token: admin.accessToken)
            #expect(changed.status == 200 && changed.json["data"]["bio"].text == "moderated", "\(changed.text)")
            #expect(try await client.get(path).json["data"]["bio"].text == "moderated")
            expectMusiciansError(
                try await client.ask("PUT", "/users/\(unknownID)/profile", json: change, token: admin.accessToken), 404)
        }

        // S1-51
        @Test func `no user has a name that is a part of an address`() async throws {
            for name in ["username", "me", "search", "Search", "user.name", "profile"] {
                let json = TestUser.registration(email: "\(TestUser.newName())@example.com", name)
                expectMusiciansError(try await client.post("/auth/register", json: json), 400)
            }
            // A user of any name is found by it, also beside the routes with an id.
            let user = try await TestUser.register(at: client)
            #expect(try await client.get("/users/username/\(user.username)").json["data"]["userId"].text == user.id)
            expectMusiciansError(try await client.get("/users/username/public"), 404)
        }

        // S1-40
        @Test func `a limit is clamped, and the pages are the whole list once`() async throws {
            _ = try await register(3, at: client)
            let all = try await client.get("/users").json["profiles"].array ?? []
            let clamped = try await client.get("/users?limit=1000000")
            #expect(clamped.status == 200)
            #expect((clamped.json["profiles"].array ?? []).count <= 500)
            #expect(all.count >= 3 && (clamped.json["profiles"].array ?? []).count >= min(500, all.count))
        }
    }
}
