import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// `/api/v1/messages` (S2-33, S2-114 to S2-120).
    struct MessageRouteTests {
        let product = Product.current

        // S2-33, S2-114, S2-115, S2-116, S2-117
        @Test func `anyone writes to anyone, and both see one message on every surface`() async throws {
            let ada = try await TestUser.registerOnSocialPlay(at: product.client)
            let bob = try await TestUser.registerOnSocialPlay(at: product.client)
            let text = #"{"content":"Привет!","mediaUrl":"https://example.com/a.png"}"#
            let sent = try await ada.ask("POST", "/messages/\(bob.id)", json: text, at: product.client)
            let id = try #require(sent.json["id"].text, "\(sent.text)")
            #expect(sent.status == 201 && sent.json["content"].text == "Привет!")
            #expect(sent.json["mediaUrl"].text == "https://example.com/a.png")
            #expect(sent.json["senderId"].text == ada.id && sent.json["receiverId"].text == bob.id)
            #expect(sent.json["isRead"] == .bool(false) && sent.json["readAt"] == .null)
            #expect(sent.json["createdAt"].text?.wholeMatch(of: /.+T.+\.\d{3}Z/) != nil)

            let list = try await bob.ask("GET", "/messages", at: product.client).json["conversations"]
            #expect(list[0]["user"]["username"].text == ada.username && list[0]["unreadCount"].number == 1)
            #expect(list[0]["lastMessage"]["id"].text == id)
            #expect(try await bob.ask("GET", "/messages/unread", at: product.client).json["unreadCount"].number == 1)
            // The other surface has it too, under the same id, and demands friendship to write.
            let history = try await bob.social("GET", "/messages/conversations/\(ada.id)", at: product.client)
            #expect(history.json["messages"][0]["id"].text == id)
            #expect(try await ada.sendMessage("x", to: bob, at: product.client).status == 403)

            expectSocialPlayError(
                try await ada.ask("PUT", "/messages/\(id)/read", at: product.client), 403,
                "Only the receiver can mark a message as read")
            for _ in 0..<2 {
                let read = try await bob.ask("PUT", "/messages/\(id)/read", at: product.client)
                #expect(read.status == 200 && read.json["isRead"] == .bool(true), "\(read.text)")
            }
            #expect(try await bob.ask("GET", "/messages/unread", at: product.client).json["unreadCount"].number == 0)
            let own = try await ada.ask("GET", "/messages/\(bob.id)", at: product.client).json
            #expect(own["messages"][0]["readAt"].text != nil && own["pagination"]["total"].number == 1)
        }

        // S2-115, X-24
        @Test func `pages have numbers, and links that go on whatever is written meanwhile`() async throws {
            let ada = try await TestUser.registerOnSocialPlay(at: product.client)
            let bob = try await TestUser.registerOnSocialPlay(at: product.client)
            for number in 1...3 { try await ada.write("number \(number)", to: bob, product) }
            let first = try await bob.ask("GET", "/messages/\(ada.id)?limit=2", at: product.client)
            #expect(first.json["messages"].array?.map { $0["content"].text } == ["number 3", "number 2"])
            try await ada.write("number 4", to: bob, product)
            let rest = try await follow(first, by: bob)
            #expect(rest.json["messages"].array?.map { $0["content"].text } == ["number 1"])
            #expect(rest.headers["link"] == nil)
            let second = try await bob.ask("GET", "/messages/\(ada.id)?limit=2&page=2", at: product.client)
            #expect(second.json["messages"].array?.map { $0["content"].text } == ["number 2", "number 1"])
            #expect(second.json["pagination"]["pages"].number == 2)

            let eve = try await TestUser.registerOnSocialPlay(at: product.client)
            try await bob.write("Hello", to: eve, product)
            let list = try await bob.ask("GET", "/messages?limit=1", at: product.client)
            #expect(list.json["conversations"][0]["user"]["id"].text == eve.id)
            let next = try await follow(list, by: bob)
            #expect(next.json["conversations"][0]["user"]["id"].text == ada.id && next.headers["link"] == nil)

            let found = try await bob.ask("GET", "/messages/search?q=number&limit=3", at: product.client)
            #expect(found.json["messages"].array?.compactMap { $0["content"].text }.first == "number 4")
            #expect(found.json["messages"][0]["user"]["id"].text == ada.id)
            let older = try await follow(found, by: bob)
            #expect(older.json["messages"].array?.map { $0["content"].text } == ["number 1"])
        }

        // S2-118, S2-120
        @Test func `a message is changed, reacted to, hidden and deleted`() async throws {
            let ada = try await TestUser.registerOnSocialPlay(at: product.client)
            let bob = try await TestUser.registerOnSocialPlay(at: product.client)
            let id = try await ada.write("Hello", to: bob, product)
            let edited = try await ada.ask(
                "PUT", "/messages/\(id)", json: #"{"content":"Bye","mediaUrl":null}"#, at: product.client)
            #expect(edited.status == 200 && edited.json["content"].text == "Bye", "\(edited.text)")
            #expect(edited.json["editedAt"].text != nil)
            expectSocialPlayError(
                try await bob.ask("PUT", "/messages/\(id)", json: #"{"content":"x"}"#, at: product.client), 403,
                "Unauthorized")
            for emoji in ["👍", "❤️"] {
                let reacted = try await bob.ask(
                    "PUT", "/messages/\(id)/reaction", json: #"{"emoji":"\#(emoji)"}"#, at: product.client)
                #expect(reacted.json["reactions"].array?.map { $0["emoji"].text } == [emoji], "\(reacted.text)")
                #expect(reacted.json["reactions"][0]["userId"].text == bob.id)
            }
            let ended = try await bob.ask("DELETE", "/messages/\(id)/reaction", at: product.client)
            #expect(ended.json["reactions"].count == 0)

            expectSocialPlayError(
                try await bob.ask("DELETE", "/messages/\(id)", at: product.client), 403, "Unauthorized")
            let hidden = try await bob.ask("DELETE", "/messages/\(id)?for=me", at: product.client)
            #expect(hidden.status == 200 && hidden.json["message"].text == "Message deleted successfully")
            #expect(try await bob.ask("GET", "/messages/\(ada.id)", at: product.client).json["messages"].count == 0)
            #expect(try await bob.ask("GET", "/messages", at: product.client).json["conversations"].count == 0)
            #expect(try await ada.ask("GET", "/messages/\(bob.id)", at: product.client).json["messages"].count == 1)
            #expect(try await ada.ask("DELETE", "/messages/\(id)", at: product.client).status == 200)
            expectSocialPlayError(
                try await ada.ask("DELETE", "/messages/\(id)", at: product.client), 404, "Message not found")
        }

        // X-12
        @Test func `a blocked sender is answered as any other, and heard by none`() async throws {
            let ada = try await TestUser.registerOnSocialPlay(at: product.client)
            let bob = try await TestUser.registerOnSocialPlay(at: product.client)
            #expect(try await bob.ask("POST", "/users/\(ada.id)/block", at: product.client).status == 200)
            let id = try await ada.write("Are you there?", to: bob, product)
            #expect(try await ada.ask("GET", "/messages/\(bob.id)", at: product.client).json["messages"].count == 1)
            #expect(try await ada.ask("GET", "/messages", at: product.client).json["conversations"].count == 1)
            expectSocialPlayError(
                try await bob.ask("POST", "/messages/\(ada.id)", json: #"{"content":"x"}"#, at: product.client), 403,
                "Unblock this user first")
            #expect(try await bob.ask("DELETE", "/users/\(ada.id)/block", at: product.client).status == 200)
            #expect(try await bob.ask("GET", "/messages/\(ada.id)", at: product.client).json["messages"].count == 0)
            expectSocialPlayError(
                try await bob.ask("PUT", "/messages/\(id)/read", at: product.client), 404, "Message not found")
        }

        @Test func `a request with a key sends once, and wrong input is refused with its field`() async throws {
            let ada = try await TestUser.registerOnSocialPlay(at: product.client)
            let bob = try await TestUser.registerOnSocialPlay(at: product.client)
            var ids: Set<String?> = []
            for _ in 0..<2 {
                let sent = try await product.client.ask(
                    "POST", "/api/v1/messages/\(bob.id)", json: #"{"content":"once"}"#, token: ada.accessToken,
                    headers: ["Idempotency-Key": "one"])
                #expect(sent.status == 201)
                ids.insert(sent.json["id"].text)
            }
            #expect(ids.count == 1)
            for (body, field) in [
                (#"{}"#, "content"), (#"{"content":" "}"#, "content"),
                (#"{"content":"x","mediaUrl":"javascript:alert(1)"}"#, "mediaUrl"),
                (#"{"content":"x","mediaUrl":5}"#, "mediaUrl"),
            ] {
                let answer = try await ada.ask("POST", "/messages/\(bob.id)", json: body, at: product.client)
                #expect(answer.status == 400, "\(answer.text)")
                #expect(answer.text.contains(field))
            }
            let id = ids.first ?? nil
            for (method, path, body) in [
                ("PUT", "/messages/\(id ?? "")/reaction", #"{"emoji":"ab"}"#),
                ("PUT", "/messages/\(id ?? "")/reaction", #"{"emoji":"1"}"#),
                ("PUT", "/messages/\(id ?? "")", "{}"), ("DELETE", "/messages/\(id ?? "")?for=you", nil),
                ("GET", "/messages/search", nil), ("GET", "/messages/x", nil), ("GET", "/messages?cursor=x", nil),
                ("POST", "/messages/\(ada.id)", #"{"content":"x"}"#),
            ] as [(String, String, String?)] {
                let answer = try await ada.ask(method, path, json: body, at: product.client)
                #expect(answer.status == 400, "\(method) \(path): \(answer.text)")
            }
            let unknown = UUID().uuidString.lowercased()
            expectSocialPlayError(
                try await ada.ask("POST", "/messages/\(unknown)", json: #"{"content":"x"}"#, at: product.client), 404,
                "User not found")
            #expect(try await product.client.get("/api/v1/messages").status == 401)
        }

        private func follow(_ page: ProductAnswer, by user: TestUser) async throws -> ProductAnswer {
            let link = try #require(page.headers["link"]?.firstMatch(of: /<\/api\/v1(.+)>; rel="next"/)?.output.1)
            return try await user.ask("GET", String(link), at: product.client)
        }
    }
}

extension TestUser {
    /// Writes a message on SocialPlay and returns its id.
    @discardableResult
    fileprivate func write(_ text: String, to other: TestUser, _ product: Product) async throws -> String {
        let sent = try await ask(
            "POST", "/messages/\(other.id)", json: #"{"content":"\#(text)"}"#, at: product.client)
        #expect(sent.status == 201, "\(sent.text)")
        return try #require(sent.json["id"].text)
    }
}
