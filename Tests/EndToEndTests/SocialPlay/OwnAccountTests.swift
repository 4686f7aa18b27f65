import TestSupport
import Testing

extension SharedProduct {
    /// S2-72, S2-73, S2-161.
    struct OwnAccountTests {
        let product = Product.current

        @Test func `fields in the body change and the others stay`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let first = try await user.ask(
                "PUT", "/users/me",
                json: #"""
                    {"firstName":"Аня","lastName":"O'Neil","bio":"one\ntwo","phone":"+7 (900) 123-45-67",
                     "coverImage":"https://example.com/c.jpg?x=1","dateOfBirth":"2000-02-29","language":"ru"}
                    """#, at: product.client)
            #expect(first.status == 200, "\(first.text)")
            #expect(first.headers["cache-control"] == "no-store")
            #expect(first.json["firstName"].text == "Аня")
            #expect(first.json["bio"].text == "one\ntwo")
            #expect(first.json["dateOfBirth"].text == "2000-02-29T00:00:00.000Z")
            #expect(first.json["language"].text == "ru")
            let second = try await user.ask(
                "PUT", "/users/me", json: #"{"bio":null,"dateOfBirth":"1999-12-31T10:00:00.000Z"}"#, at: product.client)
            #expect(second.json["bio"] == .null)
            #expect(second.json["firstName"].text == "Аня")
            #expect(second.json["phone"].text == "+7 (900) 123-45-67")
            #expect(second.json["dateOfBirth"].text == "1999-12-31T00:00:00.000Z")
            let own = try await user.ask("GET", "/users/me", at: product.client)
            #expect(own.json == second.json)
        }

        @Test func `a new user name is unique`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            let name = TestUser.newName()
            let renamed = try await user.ask(
                "PUT", "/users/me", json: #"{"username":"\#(name)"}"#, at: product.client)
            #expect(renamed.json["username"].text == name)
            let taken = try await otherUser.ask(
                "PUT", "/users/me", json: #"{"username":"\#(name.uppercased())"}"#, at: product.client)
            expectSocialPlayError(taken, 400, "User already exists")
        }

        // S2-161
        @Test func `fields that a client cannot change are ignored`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let otherUser = try await TestUser.registerOnSocialPlay(at: product.client)
            let before = try await user.ask("GET", "/users/me", at: product.client).json
            let answer = try await user.ask(
                "PUT", "/users/me",
                json: #"""
                    {"role":"ADMIN","isVerified":true,"isActive":false,"followersCount":5,"postsCount":5,"id":"\#(otherUser.id)",
                     "email":"\#(otherUser.email)","password":"x","passwordHash":"x","createdAt":"2000-01-01T00:00:00Z"}
                    """#, at: product.client)
            #expect(answer.status == 200)
            for name in before.names.subtracting(["updatedAt"]) {
                #expect(answer.json[name] == before[name], "\(name)")
            }
        }

        @Test(arguments: [
            ("firstName", #""""#), ("firstName", #""\#(String(repeating: "я", count: 51))""#), ("lastName", #""a\nb""#),
            ("bio", #""\#(String(repeating: "b", count: 1_001))""#), ("bio", #""a\u0000b""#), ("bio", "5"),
            ("phone", #""call me""#), ("coverImage", #""javascript:alert(1)""#), ("coverImage", #""https://a b""#),
            ("dateOfBirth", #""2001-02-29""#), ("dateOfBirth", #""2999-01-01""#), ("dateOfBirth", #""1800-01-01""#),
            ("language", #""de""#), ("username", #""me""#), ("username", #""moderator""#), ("firstName", #""   ""#),
            ("firstName", #""\u200b""#), ("lastName", #""\u3164""#), ("firstName", #""\u202eadmin""#),
            ("bio", #""\u2800""#), ("avatar", "5"), ("avatar", "{}"), ("avatar", "[]"), ("avatar", "true"),
            ("avatar", #""""#), ("avatar", #""javascript:alert(1)""#), ("avatar", #""data:image/png,x""#),
            ("avatar", #""me.jpg""#),
        ])
        func `a field that breaks a rule is refused and named`(field: String, value: String) async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await user.ask("PUT", "/users/me", json: "{\"\(field)\":\(value)}", at: product.client)
            expectSocialPlayError(answer, 400)
            #expect(answer.json["errors"].array?.first?["field"].text == field, "\(answer.text)")
        }

        @Test func `every field that breaks a rule is named`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await user.ask(
                "PUT", "/users/me", json: #"{"phone":"x","bio":5,"avatar":"x","firstName":"","lastName":"Ok"}"#,
                at: product.client)
            expectSocialPlayError(answer, 400)
            #expect(
                answer.json["errors"].array?.map { $0["field"].text } == ["firstName", "bio", "phone", "avatar"],
                "\(answer.text)")
            // Nothing was written.
            #expect(try await user.ask("GET", "/users/me", at: product.client).json["lastName"] == .null)
        }

        // S2-73
        @Test func `an avatar at another site is shown wherever the user is`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let address = "https://example.com/me.jpg?x=1"
            let answer = try await user.ask(
                "PUT", "/users/me", json: #"{"avatar":"\#(address)"}"#, at: product.client)
            #expect(answer.json["avatar"].text == address, "\(answer.text)")
            #expect(try await user.ask("GET", "/users/me", at: product.client).json["avatar"].text == address)
            let other = try await TestUser.register(at: product.client)
            let found = try await other.social("GET", "/friends/search?q=\(user.username)", at: product.client)
            #expect(found.json.array?.map { $0["avatar"].text } == [address], "\(found.text)")
            let kept = try await user.ask("PUT", "/users/me", json: #"{"bio":"x"}"#, at: product.client)
            #expect(kept.json["avatar"].text == address)
            let cleared = try await user.ask("PUT", "/users/me", json: #"{"avatar":null}"#, at: product.client)
            #expect(cleared.json["avatar"] == .null)
        }

        // S2-73
        @Test func `the upload of the user is an avatar, that of another is not`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            // The default of PUBLIC_BASE_URL.
            let address = "http://localhost:3000/media/avatar/\(user.id)"
            let early = try await user.ask(
                "PUT", "/users/me", json: #"{"avatar":"\#(address)"}"#, at: product.client)
            expectSocialPlayError(early, 400)
            #expect(early.json["errors"].array?.first?["field"].text == "avatar")

            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let own = try #require(try await user.ask("GET", "/users/me", at: product.client).json["avatar"].text)
            #expect(own == address)
            let other = try await TestUser.register(at: product.client)
            let foreign = own.replacing(user.id, with: other.id)
            for (avatar, shown) in [
                ("https://example.com/me.jpg", "https://example.com/me.jpg"), (own, own), (own + "?size=256", own),
            ] {
                let answer = try await user.ask(
                    "PUT", "/users/me", json: #"{"avatar":"\#(avatar)"}"#, at: product.client)
                #expect(answer.json["avatar"].text == shown, "\(answer.text)")
            }
            let refused = try await user.ask(
                "PUT", "/users/me", json: #"{"avatar":"\#(foreign)"}"#, at: product.client)
            expectSocialPlayError(refused, 400)
            // A new upload replaces an address.
            _ = try await user.ask(
                "PUT", "/users/me", json: #"{"avatar":"https://example.com/me.jpg"}"#, at: product.client)
            try await user.replaceAvatar(Picture.tallJPEG, at: product.client)
            #expect(try await user.ask("GET", "/users/me", at: product.client).json["avatar"].text == own)
        }

        @Test func `an account that its owner deactivates refuses every login`() async throws {
            let other = try await product.add(.api)
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let answer = try await user.ask("POST", "/users/me/deactivate", at: product.client)
            #expect(answer.json["message"].text == "Account deactivated successfully")
            #expect(try await !user.isLoggedIn(at: product.client))
            try await eventually("it is refused everywhere", within: 2) {
                try await !user.isLoggedIn(at: other.client)
            }
            expectSocialPlayError(try await user.refresh(at: product.client), 401)
            // S2-51: after the password.
            let right = TestUser.login(email: user.email)
            expectSocialPlayError(
                try await product.client.post("/api/v1/auth/login", json: right), 403, "Account is deactivated")
            expectMusiciansError(
                try await product.client.post("/auth/login", json: right), 403, "Account is deactivated")
            let wrong = TestUser.login(email: user.email, "a wrong password")
            expectSocialPlayError(
                try await product.client.post("/api/v1/auth/login", json: wrong), 401, "Invalid credentials")
        }
    }
}
