import TestSupport
import Testing

extension SharedProduct {
    /// S0-47 to S0-64, S0-113, S0-127.
    struct MessageTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        @Test func `a message is sent, listed, read and marked`() async throws {
            let (ada, bob) = try await friends()
            let sent = try await ada.sendMessage("Привет! 👩‍👩‍👧 Как дела?", to: bob, at: client)
            #expect(sent.status == 201, "\(sent.text)")
            #expect(sent.json.names == ["id", "fromUserId", "toUserId", "content", "isRead", "createdAt"])
            #expect(sent.json["content"].text == "Привет! 👩‍👩‍👧 Как дела?")
            #expect(sent.json["isRead"] == .bool(false))
            for text in ["two", "three"] { _ = try await ada.sendMessage(text, to: bob, at: client) }
            _ = try await bob.sendMessage("answer", to: ada, at: client)

            // S0-54, S0-55
            let conversation = try await bob.social("GET", "/messages/conversations", at: client).json[0]
            #expect(conversation.names == ["friendId", "friendInfo", "lastMessage", "unreadCount"])
            #expect(conversation["friendInfo"].names == ["username", "avatar", "onlineStatus"])
            #expect(conversation["unreadCount"].number == 3)
            #expect(conversation["lastMessage"]["content"].text == "answer")

            // S0-59, S0-60
            let history = try await bob.social("GET", "/messages/conversations/\(ada.id)", at: client).json
            #expect(
                history["messages"].array?.map { $0["content"].text } == [
                    "Привет! 👩‍👩‍👧 Как дела?", "two", "three", "answer",
                ])
            #expect(history["pagination"]["total"].number == 4)
            let id = try #require(sent.json["id"].text)

            // S0-62, S0-64
            for _ in 0..<2 {
                let read = try await bob.social("PUT", "/messages/\(id)/read", at: client)
                #expect(read.status == 204 && read.body.isEmpty)
            }
            let after = try await ada.social("GET", "/messages/conversations/\(bob.id)", at: client).json["messages"][0]
            #expect(after["isRead"] == .bool(true))
            #expect(after["readAt"].text != nil)
            #expect(after["deliveredAt"].text != nil)
            let unread = try await bob.social("GET", "/messages/conversations", at: client).json[0]["unreadCount"]
            #expect(unread.number == 2)
        }

        // S0-50 to S0-52
        @Test func `a message that cannot be sent is refused with its code`() async throws {
            let (ada, bob) = try await friends()
            let stranger = try await TestUser.register(at: client)
            expectSocialServiceError(try await ada.sendMessage("hello", to: stranger, at: client), 403, "NOT_FRIENDS")
            expectSocialServiceError(try await ada.sendMessage("hello", to: ada, at: client), 400, "VALIDATION_ERROR")
            let unknown = #"{"toUserId":"01900000-0000-7000-8000-000000000000","content":"x"}"#
            expectSocialServiceError(
                try await ada.social("POST", "/messages", json: unknown, at: client), 404, "USER_NOT_FOUND")
            for content in ["", "   ", #"\n\t"#, #"a\u0000b"#] {
                expectSocialServiceError(
                    try await ada.sendMessage(content, to: bob, at: client), 400, "VALIDATION_ERROR")
            }
            for json in ["{}", #"{"toUserId":"\#(bob.id)"}"#, #"{"toUserId":"\#(bob.id)","content":5}"#] {
                expectSocialServiceError(
                    try await ada.social("POST", "/messages", json: json, at: client), 400, "VALIDATION_ERROR")
            }
            // Characters are what users see.
            let family = "👩‍👩‍👧‍👦"
            #expect(
                try await ada.sendMessage(String(repeating: family, count: 2_000), to: bob, at: client).status == 201)
            expectSocialServiceError(
                try await ada.sendMessage(String(repeating: family, count: 2_001), to: bob, at: client), 400,
                "MESSAGE_TOO_LONG")
            // The same characters as escapes, which most clients write.
            let escaped = family.utf16.map { "\\u" + String($0, radix: 16).leftPadded(to: 4) }.joined()
            let sent = try await ada.sendMessage(String(repeating: escaped, count: 2_000), to: bob, at: client)
            #expect(sent.status == 201, "\(sent.text.prefix(200))")
            #expect(sent.json["content"].text == String(repeating: family, count: 2_000))
            expectSocialServiceError(
                try await ada.sendMessage(String(repeating: escaped, count: 2_001), to: bob, at: client), 400,
                "MESSAGE_TOO_LONG")
            #expect(
                try await ada.sendMessage(String(repeating: "\\u0041", count: 2_000), to: bob, at: client).status == 201
            )
            expectSocialServiceError(
                try await ada.sendMessage(String(repeating: "a", count: 2_001), to: bob, at: client), 400,
                "MESSAGE_TOO_LONG")
        }

        // S0-91
        @Test func `every wrong member of a body is named in the message`() async throws {
            let ada = try await TestUser.register(at: client)
            for (method, path, json, fields) in [
                ("POST", "/messages", #"{"toUserId":5,"content":"\u200b"}"#, ["toUserId", "content"]),
                ("POST", "/friends/request", #"{"toUserId":"x","message":" "}"#, ["toUserId", "message"]),
                (
                    "PUT", "/notifications/preferences",
                    #"{"preferences":{"newMessages":{"enabled":1,"methods":"x"}},"emailNotifications":"no","quietHours":{}}"#,
                    [
                        "preferences.newMessages.enabled", "preferences.newMessages.methods", "emailNotifications",
                        "quietHours.from", "quietHours.until", "quietHours.timeZone",
                    ]
                ),
                (
                    "PUT", "/notifications/preferences",
                    #"{"newMessages":{"methods":["pigeon"]},"friendRequests":{"methods":["push","push"]}}"#,
                    ["newMessages", "friendRequests"]
                ),
                ("POST", "/notifications/push/subscriptions", "{}", ["endpoint", "keys"]),
            ] {
                let answer = try await ada.social(method, path, json: json, at: client)
                expectSocialServiceError(answer, 400, "VALIDATION_ERROR")
                let message = try #require(answer.json["message"].text)
                for field in fields {
                    #expect(message.contains("\(field) ") || message.contains("\(field)."), "\(field): \(message)")
                }
            }
            let list = try await ada.social("GET", "/friends?page=0&limit=x&status=busy", at: client)
            expectSocialServiceError(list, 400, "VALIDATION_ERROR")
            for field in ["page", "limit", "status"] {
                #expect(list.json["message"].text?.contains("\(field) must") == true, "\(list.text)")
            }
        }

        // S0-61, S0-63, S0-64
        @Test func `only the receiver marks a message, and only its two users have a history`() async throws {
            let (ada, bob) = try await friends()
            let third = try await TestUser.register(at: client)
            expectSocialServiceError(
                try await ada.social("GET", "/messages/conversations/\(bob.id)", at: client), 404,
                "CONVERSATION_NOT_FOUND")
            let id = try #require(try await ada.sendMessage("hello", to: bob, at: client).json["id"].text)
            expectSocialServiceError(try await ada.social("PUT", "/messages/\(id)/read", at: client), 403, "FORBIDDEN")
            expectSocialServiceError(
                try await third.social("PUT", "/messages/\(id)/read", at: client), 404, "MESSAGE_NOT_FOUND")
            expectSocialServiceError(
                try await bob.social("PUT", "/messages/x/read", at: client), 400, "VALIDATION_ERROR")
            expectSocialServiceError(
                try await third.social("GET", "/messages/conversations/\(bob.id)", at: client), 404,
                "CONVERSATION_NOT_FOUND")
        }

        @Test func `the same key sends the same message once`() async throws {
            let (ada, bob) = try await friends()
            let json = #"{"toUserId":"\#(bob.id)","content":"once"}"#
            let key = ["Idempotency-Key": "k-\(TestUser.newName())"]
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await ada.social("POST", "/messages", json: json, headers: key, at: client)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(Set(answers.map { $0.json["id"].text }).count == 1)
            #expect(
                try await bob.social("GET", "/messages/conversations", at: client).json[0]["unreadCount"].number == 1)
            let other = #"{"toUserId":"\#(bob.id)","content":"another"}"#
            expectSocialServiceError(
                try await ada.social("POST", "/messages", json: other, headers: key, at: client), 409,
                "ALREADY_EXISTS")
            for wrong in ["", "a b", String(repeating: "k", count: 256)] {
                let answer = try await ada.social(
                    "POST", "/messages", json: json, headers: ["Idempotency-Key": wrong], at: client)
                expectSocialServiceError(answer, 400, "VALIDATION_ERROR")
            }
        }

        // S0-58, S0-60
        @Test func `the first page has the newest messages, and a cursor continues after them`() async throws {
            let (ada, bob) = try await friends()
            for number in 1...7 {
                _ = try await (number % 2 == 0 ? ada : bob).sendMessage(
                    "\(number)", to: number % 2 == 0 ? bob : ada, at: client)
            }
            let path = "/messages/conversations/\(bob.id)"
            let first = try await ada.social("GET", "\(path)?limit=3", at: client)
            #expect(texts(first) == ["5", "6", "7"])
            #expect(first.json["pagination"]["totalPages"].number == 3)
            #expect(texts(try await ada.social("GET", "\(path)?limit=3&page=3", at: client)) == ["1"])
            let beyond = try await ada.social("GET", "\(path)?limit=3&page=4", at: client)
            #expect(texts(beyond) == [])
            #expect(beyond.json["pagination"]["total"].number == 7)
            // What is written meanwhile moves no page that is asked for by cursor.
            _ = try await ada.sendMessage("8", to: bob, at: client)
            let link = try #require(first.headers["link"]?.firstMatch(of: /<\/v1([^>]+)>; rel="next"/)?.1)
            #expect(texts(try await ada.social("GET", String(link), at: client)) == ["2", "3", "4"])
            #expect(
                try await ada.social("GET", "\(path)?limit=1000", at: client).json["pagination"]["limit"].number == 100)
            expectSocialServiceError(
                try await ada.social("GET", "\(path)?before=x", at: client), 400, "VALIDATION_ERROR")
        }

        @Test func `unread counts equal the rows after concurrent sends and reads`() async throws {
            let (ada, bob) = try await friends()
            let ids = try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask { try await ada.sendMessage("\(number)", to: bob, at: client).json["id"].text }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await withThrowingTaskGroup { group in
                for id in ids.compactMap({ $0 }).prefix(12) + ids.compactMap({ $0 }).prefix(12) {
                    group.addTask { _ = try await bob.social("PUT", "/messages/\(id)/read", at: client) }
                }
                for number in 0..<5 {
                    group.addTask { _ = try await bob.sendMessage("\(number)", to: ada, at: client) }
                }
                try await group.waitForAll()
            }
            #expect(
                try await bob.social("GET", "/messages/conversations", at: client).json[0]["unreadCount"].number == 8)
            let total = try await ada.social("GET", "/messages/conversations/\(bob.id)", at: client)
            #expect(total.json["pagination"]["total"].number == 25)
        }

        private func friends() async throws -> (TestUser, TestUser) {
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            return (ada, bob)
        }

        private func texts(_ answer: ProductAnswer) -> [String?] {
            answer.json["messages"].array?.map { $0["content"].text } ?? ["no array"]
        }
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - utf8.count)) + self
    }
}
