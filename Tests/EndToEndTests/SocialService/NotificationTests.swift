import Chassis
import Crypto
import Foundation
import TestSupport
import Testing

/// S0-79, S0-86 to S0-88, S0-129 to S0-135, X-18.
@Suite(.showingOutput)
struct NotificationTests {
    private static let secret = "a webhook secret for tests"

    @Test func `who is asked to be a friend hears of it in the inbox, by push and by mail`() async throws {
        let hook = try await WebHook.start()
        try await withProduct(hook) { product in
            let client = product.client
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            _ = try await ada.asks(bob, at: client)
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
            #expect(body.contains("\(ada.username) wants to be your friend"))
            let headers = push["headers"]
            let time = try #require(headers["x-timestamp"].text)
            let code = HMACSHA256(key: Array(Self.secret.utf8)).authenticate("\(time).\(body)".utf8.span)
            #expect(headers["x-signature-256"].text == "sha256=\(Hex.encode(code.span))")
            #expect(headers["x-delivery-id"].text?.count == 36)

            let mail = try await eventually("the mail comes") {
                product.mailbox.letters(to: bob.email, "News for you on SocialPlay").first
            }
            #expect(mail.text.contains("\(ada.username) wants to be your friend"))

            // S0-131: accepted by push alone, and each of the two was a first friendship (S0-79).
            let id = try #require(entry["entityId"].text)
            _ = try await bob.social("POST", "/friends/accept/\(id)", at: client)
            try await eventually("three more are delivered") { try await hook.kept().count == 4 }
            let kept = try await hook.kept()
            #expect(kept.count { $0["body"].text?.contains("is your friend now") == true } == 1)
            let firsts = kept.filter { $0["path"].text == "/achievement" }.compactMap { $0["body"].text }
            #expect(
                Set(firsts.compactMap { $0.firstMatch(of: /"userId":"([^"]+)"/)?.1 }) == [
                    Substring(ada.id), Substring(bob.id),
                ])
            #expect(firsts.allSatisfy { $0.contains(#""timestamp":"2"#) && $0.contains("friendId") })
            try await eventually("no job is left") { try await product.openJobs().isEmpty }
            #expect(product.mailbox.letters(to: ada.email, "News for you on SocialPlay").isEmpty)
        }
    }

    // S0-132
    @Test func `a message is pushed to whoever is not there, and mailed to nobody who wants none`() async throws {
        let hook = try await WebHook.start()
        try await withProduct(hook) { product in
            let client = product.client
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            try await ada.befriends(bob, at: client)
            try await eventually("that is over") { try await product.openJobs().isEmpty }
            let before = try await hook.kept().count
            _ = try await bob.social("PUT", "/status/online", at: client)
            _ = try await ada.writes("you see this", to: bob, at: client)
            try await eventually("it is in the inbox") {
                try await bob.social("GET", "/notifications", at: client).json["notifications"][0]["kind"].text
                    == "new_message"
            }
            try await eventually("that is over") { try await product.openJobs().isEmpty }
            #expect(try await hook.kept().count == before)
            _ = try await bob.social("PUT", "/status/offline", at: client)
            _ = try await ada.writes("you do not see this", to: bob, at: client)
            let push = try await eventually("the push is delivered") {
                let kept = try await hook.kept()
                return kept.count > before ? kept.last : nil
            }
            #expect(push["body"].text?.contains("has written to you") == true)
            #expect(push["body"].text?.contains("you do not see this") == false)
        }
    }

    @Test func `what was read needs no push and no mail`() async throws {
        let hook = try await WebHook.start()
        try await withProduct(hook, ["NOTIFICATION_DIGEST_SECONDS": "3"]) { product in
            let client = product.client
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            _ = try await ada.asks(bob, at: client)
            try await eventually("it is in the inbox") {
                try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 1
            }
            #expect(try await bob.social("PUT", "/notifications/read-all", at: client).status == 204)
            #expect(try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 0)
            try await eventually("no job is left", within: 20) { try await product.openJobs().isEmpty }
            #expect(product.mailbox.letters(to: bob.email, "News for you on SocialPlay").isEmpty)
        }
    }

    @Test func `a message that was read and a request that was taken back need no push and no mail`() async throws {
        let hook = try await WebHook.start()
        try await withProduct(hook, ["NOTIFICATION_DIGEST_SECONDS": "3"]) { product in
            let client = product.client
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            let eve = try await Person.register(at: client)
            try await ada.befriends(bob, at: client)
            _ = try await bob.social("PUT", "/notifications/read-all", at: client)
            let mails = #"{"newMessages":{"methods":["email"],"onlyWhenOffline":false}}"#
            #expect(try await bob.social("PUT", "/notifications/preferences", json: mails, at: client).status == 200)
            let message = try #require(try await ada.writes("Hi", to: bob, at: client).json["id"].text)
            let request = try #require(try await eve.asks(bob, at: client).json["id"].text)
            try await eventually("both are in the inbox", within: 30) {
                try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 2
            }
            #expect(try await bob.social("PUT", "/messages/\(message)/read", at: client).status == 204)
            #expect(try await eve.social("DELETE", "/friends/request/\(request)", at: client).status == 204)
            #expect(try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 0)
            try await eventually("no job is left", within: 20) { try await product.openJobs().isEmpty }
            #expect(product.mailbox.letters(to: bob.email, "News for you on SocialPlay").isEmpty)
            #expect(product.mailbox.letters(to: bob.email, "2 news for you on SocialPlay").isEmpty)
        }
    }

    @Test func `news of a while are one mail`() async throws {
        let hook = try await WebHook.start()
        try await withProduct(hook, ["NOTIFICATION_DIGEST_SECONDS": "2"]) { product in
            let client = product.client
            let bob = try await Person.register(at: client)
            let others = try await register(3, at: client)
            for other in others { _ = try await other.asks(bob, at: client) }
            let mail = try await eventually("the mail comes", within: 20) {
                product.mailbox.letters(to: bob.email, "3 news for you on SocialPlay").first
            }
            for other in others { #expect(mail.text.contains("\(other.username) wants to be your friend")) }
            try await eventually("no job is left", within: 20) { try await product.openJobs().isEmpty }
            #expect(product.mailbox.mail(to: bob.email).count == 3)
        }
    }

    @Test func `preferences decide how people are told`() async throws {
        let hook = try await WebHook.start()
        try await withProduct(hook) { product in
            let client = product.client
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
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
            try await ada.befriends(bob, at: client)
            _ = try await ada.writes("hello", to: bob, at: client)
            _ = try await eventually("the mail comes", within: 20) {
                product.mailbox.letters(to: bob.email, "News for you on SocialPlay").first
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
                expectCode(
                    try await bob.social("PUT", "/notifications/preferences", json: wrong, at: client), 400,
                    "VALIDATION_ERROR")
            }
        }
    }

    @Test func `in quiet hours push and mail wait, and the inbox does not`() async throws {
        let hook = try await WebHook.start()
        try await withProduct(hook) { product in
            let client = product.client
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
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
            _ = try await ada.asks(bob, at: client)
            try await eventually("it is in the inbox") {
                try await bob.social("GET", "/notifications", at: client).json["unreadCount"].number == 1
            }
            let waiting = try await product.texts(
                """
                SELECT kind FROM outbox
                WHERE kind IN ('send-push', 'send-digest') AND state = 'queued'
                  AND run_at BETWEEN now() + interval '55 minutes' AND now() + interval '65 minutes'
                ORDER BY kind
                """)
            #expect(waiting == ["send-digest", "send-push"])
            #expect(try await hook.kept().isEmpty)
        }
    }

    @Test func `a service that fails is tried again, and left alone for a while when it fails on`() async throws {
        let hook = try await WebHook.start()
        try await hook.answer(503)
        try await withProduct(hook) { product in
            let client = product.client
            let bob = try await Person.register(at: client)
            for other in try await register(8, at: client) { _ = try await other.asks(bob, at: client) }
            try await eventually("it is left alone") { try await hook.kept().count >= 5 }
            try await Task.sleep(for: .milliseconds(700))
            // Those that were under way when the fifth failed.
            let count = try await hook.kept().count
            #expect(count < 21)
            try await Task.sleep(for: .seconds(1))
            #expect(try await hook.kept().count <= count + 1)
            let attempts = try await product.texts("SELECT max(attempt)::text FROM outbox WHERE kind = 'send-push'")
            #expect(Int(attempts.first ?? "") ?? 99 <= 4)
        }
    }

    // RFC 8030, 8291, 8292
    @Test func `a browser is told what only it can read, by whom it knows, and forgotten when it is gone`() async throws
    {
        let service = try await WebHook.start()
        try await withProduct(nil) { product in
            let client = product.client
            let (ada, bob) = (try await Person.register(at: client), try await Person.register(at: client))
            let keys = try await service.makeKeys()
            let json = #"""
                {"endpoint":"\#(service.url)/browser/1","expirationTime":null,
                 "keys":{"p256dh":"\#(keys["p256dh"].text ?? "")","auth":"\#(keys["auth"].text ?? "")"}}
                """#
            let subscribed = try await bob.social("POST", "/notifications/push/subscriptions", json: json, at: client)
            #expect(subscribed.status == 201, "\(subscribed.text)")
            _ = try await ada.asks(bob, at: client)
            let push = try await eventually("the browser is told") { try await service.kept().first }
            #expect(push["body"].text?.contains("\(ada.username) wants to be your friend") == true)
            #expect(push["headers"]["ttl"].text == "86400")
            #expect(push["vapid"]["aud"].text == service.url)
            let key = try await bob.social("GET", "/notifications/push/key", at: client).json["publicKey"].text
            #expect(push["vapid"]["key"].text == key)

            try await service.answer(410)
            try await eventually("that is over") { try await product.openJobs().isEmpty }
            _ = try await Person.register(at: client).asks(bob, at: client)
            try await eventually("it is forgotten") {
                try await product.texts("SELECT id::text FROM push_subscriptions").isEmpty
            }
            for wrong in [
                "{}", json.replacing("http://127.0.0.1", with: "ftp://127.0.0.1"),
                json.replacing("http://127.0.0.1", with: "http://10.0.0.1"),
                json.replacing(keys["auth"].text ?? "", with: "AAAA"),
                json.replacing(keys["p256dh"].text ?? "", with: String(repeating: "A", count: 87)),
            ] {
                expectCode(
                    try await bob.social("POST", "/notifications/push/subscriptions", json: wrong, at: client), 400,
                    "VALIDATION_ERROR")
            }
        }
    }

    @Test(arguments: [FullSize.recipients])
    func `an announcement reaches everybody once, whoever is killed`(_ crowd: Int) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .notifications, .scheduler]
        try await Product.run(options) { product in
            let admin = try await Person.join(at: product.client)
            #expect(try await product.run("API", ["make-admin", admin.username]).exit == .code(0))
            _ = try await product.texts(
                """
                INSERT INTO accounts (id, email, username)
                SELECT gen_random_uuid(), number || '@many.example', 'many' || number FROM generate_series(1, $1::text::integer) AS number
                RETURNING username
                """, ["\(crowd)"])
            let json = #"{"title":"A new season","body":"It begins on Monday."}"#
            let somebody = try await Person.join(at: product.client)
            expectError(
                try await somebody.ask("POST", "/admin/announcements", json: json, at: product.client), 403,
                "Insufficient permissions")
            let said = try await admin.ask("POST", "/admin/announcements", json: json, at: product.client)
            #expect(said.status == 202, "\(said.text)")
            let worker = product.process(.notifications)
            for share in [crowd / 12, crowd / 2] {
                try await eventually("some are told", within: 20) { try await told(in: product) >= share }
                await worker.kill()
                try await worker.start()
            }
            try await eventually("all are told", within: 30 * FullSize.patience) {
                try await told(in: product) == crowd + 2
            }
            let people = try await product.texts(
                "SELECT count(DISTINCT user_id)::text FROM notifications WHERE kind = 'announcement'")
            #expect(people == ["\(crowd + 2)"])
            let inbox = try await somebody.social("GET", "/notifications", at: product.client).json
            #expect(inbox["notifications"][0]["title"].text == "A new season")
        }
    }

    private func told(in product: Product) async throws -> Int {
        Int(try await product.texts("SELECT count(*)::text FROM notifications WHERE kind = 'announcement'")[0]) ?? 0
    }

    private func withProduct(
        _ hook: WebHook?, _ environment: [String: String] = [:], _ body: (Product) async throws -> Void
    ) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .notifications, .email, .scheduler]
        options.environment = ["NOTIFICATION_DIGEST_SECONDS": "1", "WEBHOOK_SECRET": Self.secret]
        if let hook {
            options.environment["PUSH_WEBHOOK_URL"] = "\(hook.url)/push"
            options.environment["ACHIEVEMENT_WEBHOOK_URL"] = "\(hook.url)/achievement"
        }
        options.environment.merge(environment) { $1 }
        try await Product.run(options, body)
    }
}
