import Chassis
import Crypto
import Foundation
import TestSupport
import Testing

/// S0-79, S0-86 to S0-88, S0-129 to S0-134, X-18: who is told what, and how.
@Suite(.showingOutput)
struct NotificationTests {
    @Test func `a friend request notifies its receiver in the inbox, by push and by mail`() async throws {
        let hook = try await WebHook.start()
        try await Product.withNotifications(hook) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            _ = try await ada.sendFriendRequest(to: bob, at: client)
            let inbox = try await eventually("it is in the inbox") {
                let answer = try await bob.social("GET", "/notifications", at: client)
                return answer.json["notifications"].count == 1 ? answer.json : nil
            }
            #expect(inbox["unreadCount"].number == 1)
            let entry = inbox["notifications"][0]
            #expect(entry["kind"].text == "friend_request")
            #expect(entry["actorId"].text == ada.id)
            #expect(entry["actorName"].text == ada.username)
            #expect(entry["isRead"] == .bool(false))

            let push = try await eventually("the push is delivered") {
                try await hook.kept().first { $0["path"].text == "/push" }
            }
            let body = try #require(push["body"].text)
            #expect(body.contains(#""userId":"\#(bob.id)""#))
            #expect(body.contains("\(ada.username) sent you a friend request"))
            let headers = push["headers"]
            let time = try #require(headers["x-timestamp"].text)
            let code = HMACSHA256(key: Array(WebHook.secret.utf8)).authenticate("\(time).\(body)".utf8.span)
            #expect(headers["x-signature-256"].text == "sha256=\(Hex.encode(code.span))")
            #expect(headers["x-delivery-id"].text?.count == 36)

            let mail = try await eventually("the mail comes") {
                product.mailbox.decodedMail(to: bob.email, "You have 1 new notification on SocialPlay").first
            }
            #expect(mail.text.contains("\(ada.username) sent you a friend request"))

            // S0-131: accepted by push alone, and each of the two was a first friendship (S0-79).
            let id = try #require(entry["entityId"].text)
            _ = try await bob.social("POST", "/friends/accept/\(id)", at: client)
            try await eventually("three more are delivered") { try await hook.kept().count == 4 }
            let kept = try await hook.kept()
            #expect(kept.count { $0["body"].text?.contains("is now your friend") == true } == 1)
            let firsts = kept.filter { $0["path"].text == "/achievement" }.compactMap { $0["body"].text }
            #expect(
                Set(firsts.compactMap { $0.firstMatch(of: /"userId":"([^"]+)"/)?.1 }) == [
                    Substring(ada.id), Substring(bob.id),
                ])
            #expect(firsts.allSatisfy { $0.contains(#""timestamp":"2"#) && $0.contains("friendId") })
            try await eventually("no job is left") { try await product.openJobs().isEmpty }
            #expect(product.mailbox.decodedMail(to: ada.email, "You have 1 new notification on SocialPlay").isEmpty)
        }
    }

    // S0-132
    @Test func `a message is pushed to an offline receiver, and not mailed to a user without the preference`()
        async throws
    {
        let hook = try await WebHook.start()
        try await Product.withNotifications(hook) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            try await eventually("that is over") { try await product.openJobs().isEmpty }
            let before = try await hook.kept().count
            _ = try await bob.social("PUT", "/status/online", at: client)
            _ = try await ada.sendMessage("you see this", to: bob, at: client)
            try await eventually("it is in the inbox") {
                try await bob.social("GET", "/notifications", at: client).json["notifications"][0]["kind"].text
                    == "new_message"
            }
            try await eventually("that is over") { try await product.openJobs().isEmpty }
            #expect(try await hook.kept().count == before)
            _ = try await bob.social("PUT", "/status/offline", at: client)
            _ = try await ada.sendMessage("you do not see this", to: bob, at: client)
            let push = try await eventually("the push is delivered") {
                let kept = try await hook.kept()
                return kept.count > before ? kept.last : nil
            }
            #expect(push["body"].text?.contains("sent you a message") == true)
            #expect(push["body"].text?.contains("you do not see this") == false)
        }
    }

    @Test func `a notification that was read is neither pushed nor mailed`() async throws {
        let hook = try await WebHook.start()
        try await Product.withNotifications(hook, ["NOTIFICATION_DIGEST_SECONDS": "3"]) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            _ = try await ada.sendFriendRequest(to: bob, at: client)
            try await eventually("it is in the inbox") {
                try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 1
            }
            #expect(try await bob.social("PUT", "/notifications/read-all", at: client).status == 204)
            #expect(try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 0)
            try await eventually("no job is left", within: 20) { try await product.openJobs().isEmpty }
            #expect(product.mailbox.decodedMail(to: bob.email, "You have 1 new notification on SocialPlay").isEmpty)
        }
    }

    @Test func `a message that was read and a request that was cancelled are neither pushed nor mailed`() async throws {
        let hook = try await WebHook.start()
        try await Product.withNotifications(hook, ["NOTIFICATION_DIGEST_SECONDS": "3"]) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let eve = try await TestUser.register(at: client)
            try await ada.befriend(bob, at: client)
            _ = try await bob.social("PUT", "/notifications/read-all", at: client)
            let mails = #"{"newMessages":{"methods":["email"],"onlyWhenOffline":false}}"#
            #expect(try await bob.social("PUT", "/notifications/preferences", json: mails, at: client).status == 200)
            let message = try #require(try await ada.sendMessage("Hi", to: bob, at: client).json["id"].text)
            let request = try #require(try await eve.sendFriendRequest(to: bob, at: client).json["id"].text)
            try await eventually("both are in the inbox", within: 30) {
                try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 2
            }
            #expect(try await bob.social("PUT", "/messages/\(message)/read", at: client).status == 204)
            #expect(try await eve.social("DELETE", "/friends/request/\(request)", at: client).status == 204)
            #expect(try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 0)
            try await eventually("no job is left", within: 20) { try await product.openJobs().isEmpty }
            #expect(product.mailbox.decodedMail(to: bob.email, "You have 1 new notification on SocialPlay").isEmpty)
            #expect(product.mailbox.decodedMail(to: bob.email, "You have 2 new notifications on SocialPlay").isEmpty)
        }
    }

    @Test func `notifications of one interval are one mail`() async throws {
        let hook = try await WebHook.start()
        try await Product.withNotifications(hook, ["NOTIFICATION_DIGEST_SECONDS": "2"]) { product in
            let client = product.client
            let bob = try await TestUser.register(at: client)
            let others = try await register(3, at: client)
            for other in others { _ = try await other.sendFriendRequest(to: bob, at: client) }
            let mail = try await eventually("the mail comes", within: 20) {
                product.mailbox.decodedMail(to: bob.email, "You have 3 new notifications on SocialPlay").first
            }
            for other in others { #expect(mail.text.contains("\(other.username) sent you a friend request")) }
            try await eventually("no job is left", within: 20) { try await product.openJobs().isEmpty }
            #expect(product.mailbox.mail(to: bob.email).count == 3)
        }
    }

    @Test func `preferences decide how a user is notified`() async throws {
        let hook = try await WebHook.start()
        try await Product.withNotifications(hook) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let chosen = try await bob.social(
                "PUT", "/notifications/preferences",
                json: #"""
                    {"preferences":{"friendRequests":{"enabled":false},"newMessages":{"methods":["email"],"onlyWhenOffline":false}}}
                    """#, at: client)
            #expect(chosen.status == 200, "\(chosen.text)")
            #expect(chosen.json["preferences"]["friendRequests"]["enabled"] == .bool(false))
            #expect(chosen.json["preferences"]["friendRequests"]["methods"].count == 2)
            #expect(chosen.json["preferences"]["newMessages"]["methods"].array?.compactMap(\.text) == ["email"])
            #expect(try await bob.social("GET", "/notifications/preferences", at: client).json == chosen.json)
            try await ada.befriend(bob, at: client)
            _ = try await ada.sendMessage("hello", to: bob, at: client)
            _ = try await eventually("the mail comes", within: 20) {
                product.mailbox.decodedMail(to: bob.email, "You have 1 new notification on SocialPlay").first
            }
            let kinds = try await bob.social("GET", "/notifications", at: client).json["notifications"].array
            #expect(kinds?.map { $0["kind"].text } == ["new_message"])
            try await eventually("no job is left") { try await product.openJobs().isEmpty }
            #expect(
                try await hook.kept().filter { $0["body"].text?.contains(#""userId":"\#(bob.id)","notif"#) == true }
                    .isEmpty)
            for wrong in [
                #"{"newMessages":{"methods":["pigeon"]}}"#, #"{"newMessages":{"methods":["push","push"]}}"#,
                #"{"newMessages":5}"#, #"{"quietHours":{"from":"25:00","until":"07:00","timeZone":"UTC"}}"#,
                #"{"quietHours":{"from":"22:00","until":"07:00","timeZone":"Mars/Olympus"}}"#, "[]",
                #"{"quietHours":{"from":"22:00"}}"#,
            ] {
                expectSocialServiceError(
                    try await bob.social("PUT", "/notifications/preferences", json: wrong, at: client), 400,
                    "VALIDATION_ERROR")
            }
        }
    }

    @Test func `quiet hours delay push and mail, and not the inbox`() async throws {
        let hook = try await WebHook.start()
        try await Product.withNotifications(hook) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            // From an hour ago until in an hour, as clocks in Moscow show it.
            let clock = { (hours: Double) in
                let formatter = DateFormatter()
                formatter.dateFormat = "HH:mm"
                formatter.timeZone = TimeZone(secondsFromGMT: 3 * 3_600)
                return formatter.string(from: Date.now.addingTimeInterval(hours * 3_600))
            }
            let hours = #"{"quietHours":{"from":"\#(clock(-1))","until":"\#(clock(1))","timeZone":"Europe/Moscow"}}"#
            let chosen = try await bob.social("PUT", "/notifications/preferences", json: hours, at: client)
            #expect(chosen.json["quietHours"]["timeZone"].text == "Europe/Moscow", "\(chosen.text)")
            _ = try await ada.sendFriendRequest(to: bob, at: client)
            try await eventually("it is in the inbox") {
                try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 1
            }
            try await eventually("push and mail wait until the quiet hours end") {
                try await product.texts(
                    """
                    SELECT kind FROM outbox
                    WHERE kind IN ('send-push', 'send-digest') AND state = 'queued'
                      AND run_at BETWEEN now() + interval '55 minutes' AND now() + interval '65 minutes'
                    ORDER BY kind
                    """) == ["send-digest", "send-push"]
            }
            #expect(product.mailbox.decodedMail(to: bob.email, "You have 1 new notification on SocialPlay").isEmpty)
            #expect(try await hook.kept().isEmpty)
        }
    }
}
