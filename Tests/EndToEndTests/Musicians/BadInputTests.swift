import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-112 to S1-121: what the musicians' document refuses, in its envelope.
    struct BadInputTests {
        private var client: ProductClient { Product.current.client }

        // S1-6, S1-112, S1-113, S1-114
        @Test(arguments: [
            ("/auth/register", ["email", "username", "password"]), ("/auth/login", ["email", "password"]),
            ("/auth/refresh", ["refreshToken"]), ("/auth/logout", ["refreshToken"]),
        ])
        func `each required field may be neither missing, null, empty nor of another type`(
            path: String, names: [String]
        ) async throws {
            let values = [
                "email": "\(TestUser.newName())@example.com", "username": TestUser.newName(),
                "password": TestUser.usualPassword, "refreshToken": "x",
            ]
            for name in names {
                for value in [nil, "null", "7", "true", "[]", "{}", "[\"x\"]"] {
                    let members = names.compactMap { other in
                        other != name
                            ? "\"\(other)\":\"\(values[other] ?? "")\"" : value.map { "\"\(name)\":\($0)" }
                    }
                    let answer = try await client.post(path, json: "{\(members.joined(separator: ","))}")
                    expectMusiciansError(answer, 400)
                    #expect(
                        answer.json["error"].text?.lowercased().contains(name.lowercased()) == true, "\(answer.text)")
                }
            }
            for body in ["", "{}", "[]", "null"] { expectMusiciansError(try await client.post(path, json: body), 400) }
        }

        // S1-114, S1-115
        @Test func `only a refresh token is exchanged, and none after its logout`() async throws {
            let user = try await TestUser.register(at: client)
            let access = "{\"refreshToken\":\"\(user.accessToken)\"}"
            expectMusiciansError(try await client.post("/auth/refresh", json: access), 401)
            let refresh = "{\"refreshToken\":\"\(user.refreshToken)\"}"
            #expect(try await client.post("/auth/logout", json: refresh).text == #"{"success":true}"#)
            expectMusiciansError(try await client.post("/auth/refresh", json: refresh), 401)
        }

        // S1-9, S1-48
        @Test func `unknown members are ignored`() async throws {
            let name = TestUser.newName()
            let registered = try await client.post(
                "/auth/register",
                json: #"""
                    {"email":"\#(name)@example.com","username":"\#(name)","password":"\#(TestUser.usualPassword)",
                     "isAdmin":true,"id":"x","$where":"1","__proto__":{"role":"admin"}}
                    """#)
            let user = try TestUser(registered, password: TestUser.usualPassword)
            #expect(registered.json["user"]["role"].text == "listener")
            let update = try await client.ask(
                "PUT", "/users/\(user.id)/profile",
                json:
                    #"{"bio":"me","email":"x","socialLinks":{"site":"javascript:alert(1)"},"preferences":{"admin":1}}"#,
                token: user.accessToken)
            #expect(update.status == 200 && update.json["data"]["socialLinks"] == .object([:]), "\(update.text)")
        }

        // S1-163
        @Test(arguments: ["youtube", "vk", "telegram"])
        func `a link is an http address, or the name of a Telegram user`(site: String) async throws {
            let user = try await TestUser.register(at: client)
            let path = "/users/\(user.id)/profile"
            for link in [
                "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "\\u0001javascript:alert(1)",
                "java\\nscript:alert(1)", "java\\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
                "DATA:text/html;base64,PHN2Zz4=", "vbscript:x", "file:///etc/passwd", "blob:https://vk.com/1",
                "https://user@vk.com/", "https://user:secret@vk.com/", "https://vk.com\\\\@example.com/", "//vk.com/me",
                "https:vk.com", "https://", "http:///me", " https://vk.com/me", "https://vk.com/a b",
                "https://vk.com/\\u0000",
                "https://vk.com/\\u202egpj", "https://vk.com/\\\"onclick=", "https://vk.com/<script>", "@", "@a b",
                "@ab\\u0000cd",
                "ftp://vk.com/me", String(repeating: "a", count: 100),
            ] {
                let answer = try await client.ask(
                    "PUT", path, json: "{\"socialLinks\":{\"\(site)\":\"\(link)\"}}", token: user.accessToken)
                expectMusiciansError(answer, 400)
            }
            for value in ["7", "[]", "{}", "true"] {
                let answer = try await client.ask(
                    "PUT", path, json: "{\"socialLinks\":{\"\(site)\":\(value)}}", token: user.accessToken)
                expectMusiciansError(answer, 400)
            }
            let name = try await client.ask(
                "PUT", path, json: "{\"socialLinks\":{\"\(site)\":\"@johndoe\"}}", token: user.accessToken)
            #expect(name.status == (site == "telegram" ? 200 : 400))
            for link in ["https://youtube.com/@johndoe", "http://vk.com/johndoe", "HTTPS://t.me/x".lowercased()] {
                let answer = try await client.ask(
                    "PUT", path, json: "{\"socialLinks\":{\"\(site)\":\"\(link)\"}}", token: user.accessToken)
                #expect(answer.json["data"]["socialLinks"] == .object([site: .text(link)]), "\(answer.text)")
            }
        }

        // S1-165
        @Test func `a list has at most fifty entries of sixty-four characters, each once`() async throws {
            let user = try await TestUser.register(at: client)
            let path = "/users/\(user.id)/profile"
            func put(_ list: [String], _ name: String) async throws -> ProductAnswer {
                let items = list.map { "\"\($0)\"" }.joined(separator: ",")
                return try await client.ask("PUT", path, json: "{\"\(name)\":[\(items)]}", token: user.accessToken)
            }
            for name in ["genres", "instruments"] {
                let most = (0..<50).map { String(repeating: "ю", count: 62) + "\($0 + 10)" }
                #expect(try await put(most, name).json["data"][name] == .array(most.map { .text($0) }))
                expectMusiciansError(try await put(most + ["one more"], name), 400)
                expectMusiciansError(try await put([String(repeating: "x", count: 65)], name), 400)
                expectMusiciansError(try await put([""], name), 400)
                #expect(
                    try await put(["rock", "jazz", "rock"], name).json["data"][name]
                        == .array([.text("rock"), .text("jazz")]))
                expectMusiciansError(try await put((0..<10_000).map { "genre \($0)" }, name), 400)
                let items = Array(repeating: "null", count: 3).joined(separator: ",")
                expectMusiciansError(
                    try await client.ask("PUT", path, json: "{\"\(name)\":[\(items)]}", token: user.accessToken), 400)
            }
        }

        // S1-29, S1-116, S1-117
        @Test func `no id and no name in a path is a fault`() async throws {
            let user = try await TestUser.register(at: client)
            for id in ["x", "0", "\(user.id)0", "%00", "%FF", "..%2F..", String(repeating: "x", count: 3_000)] {
                for (method, path) in [
                    ("GET", "/users/\(id)/profile"), ("PUT", "/users/\(id)/profile"), ("POST", "/social/follow/\(id)"),
                    ("POST", "/social/unfollow/\(id)"), ("DELETE", "/social/unfollow/\(id)"),
                    ("GET", "/social/followers/\(id)"), ("GET", "/social/following/\(id)"),
                    ("GET", "/social/isFollowing/\(id)/\(user.id)"), ("GET", "/social/isFollowing/\(user.id)/\(id)"),
                    ("GET", "/media/avatar/\(id)"), ("GET", "/media/track/\(id)"), ("GET", "/media/cover/\(id)"),
                    ("GET", "/media/file/\(id)"), ("DELETE", "/media/file/\(id)"), ("DELETE", "/media/track/\(id)"),
                ] {
                    let json = method == "GET" ? nil : "{}"
                    let answer = try await client.ask(method, path, json: json, token: user.accessToken)
                    expectMusiciansError(answer, 400)
                }
                for path in [
                    "/users/username/\(id)", "/users/\(id)/public", "/users/\(id)/tracks",
                    "/users/\(id)/audio-files", "/social/profile/\(id)",
                ] {
                    let answer = try await client.get(path)
                    #expect([400, 404].contains(answer.status), "\(path): \(answer.text)")
                    expectMusiciansError(answer, answer.status)
                }
            }
        }

        @Test(arguments: [
            "/users?limit=0", "/users?limit=-1", "/users?limit=x", "/users?limit=1.5", "/users?limit=",
            "/users?cursor=",
            "/users?limit=99999999999999999999", "/users?cursor=x", "/users?excludeUserId=", "/users?excludeUserId=x",
            "/users?excludeUserId=%00", "/users?excludeUserId=%zz", "/users?excludeUserId=x&excludeUserId=y",
            "/social/followers/ID?limit=0", "/social/followers/ID?limit=x", "/social/following/ID?cursor=x",
            "/users/NAME/public?viewerId=x", "/users/NAME/public?viewerId=", "/social/profile/NAME?viewerId=null",
            "/social/feed", "/social/feed?userId=", "/social/feed?userId=x",
        ])
        func `a parameter that cannot be read is refused`(path: String) async throws {
            let user = try await TestUser.register(at: client)
            let path = path.replacing("ID", with: user.id, maxReplacements: path.contains("/ID") ? 1 : 0)
                .replacing("NAME", with: user.username)
            let answer = try await client.ask("GET", path, token: user.accessToken)
            let isOther = path.contains("feed?userId=")
            expectMusiciansError(answer, isOther ? 403 : 400)
        }

        @Test func `of a repeated parameter the first counts`() async throws {
            let users = try await register(2, at: client)
            let path = "/users?excludeUserId=\(users[0].id)&excludeUserId=\(users[1].id)"
            let ids = (try await client.get(path).json["profiles"].array ?? []).compactMap { $0["userId"].text }
            #expect(!ids.contains(users[0].id) && ids.contains(users[1].id))
        }

        // S1-5, X-5
        @Test func `a body in the name of another user is refused`() async throws {
            let users = try await register(2, at: client)
            let (one, other) = (users[0], users[1])
            for (method, path, json) in [
                ("POST", "/social/follow/\(one.id)", "{\"followerId\":\"\(other.id)\"}"),
                ("DELETE", "/social/unfollow/\(one.id)", "{\"followerId\":\"\(other.id)\"}"),
                ("POST", "/social/unfollow/\(one.id)", "{\"followerId\":\"x\"}"),
                ("PUT", "/users/\(other.id)/profile", "{\"bio\":\"x\"}"),
                (
                    "POST", "/auth/change_pass",
                    "{\"userId\":\"\(other.id)\",\"oldPassword\":\"x\",\"newPassword\":\"another long one\"}"
                ),
            ] {
                let answer = try await client.ask(method, path, json: json, token: one.accessToken)
                expectMusiciansError(answer, 403)
            }
            for (method, path) in [
                ("POST", "/social/follow/\(other.id)"), ("DELETE", "/social/unfollow/\(other.id)"),
                ("PUT", "/users/\(one.id)/profile"),
            ] {
                for json in [
                    #"{"followerId":7,"bio":7}"#, "[", "7", #"{"bio":"a","bio":"b","followerId":"x","followerId":"y"}"#,
                ] {
                    expectMusiciansError(try await client.ask(method, path, json: json, token: one.accessToken), 400)
                }
            }
        }
    }
}
