import Chassis
import Crypto
import Foundation
import TestSupport
import Testing

/// S0-135: what leaves for other services and for browsers.
@Suite(.showingOutput)
struct PushTests {
    @Test func `a failing push service is retried, and its circuit opens when it keeps failing`() async throws {
        let hook = try await WebHook.start()
        try await hook.answer(503)
        try await Product.withNotifications(hook) { product in
            let client = product.client
            let bob = try await TestUser.register(at: client)
            for other in try await register(8, at: client) {
                _ = try await other.sendFriendRequest(to: bob, at: client)
            }
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

    @Test func `browsers at a tarpit delay no other user's pushes and no notification`() async throws {
        let hook = try await WebHook.start()
        let tarpit = try SilentListener()
        try await Product.withNotifications(hook) { product in
            let client = product.client
            let keys = try await hook.makeKeys()
            func subscribe(_ user: TestUser, _ endpoint: String) async throws {
                let json = #"""
                    {"endpoint":"\#(endpoint)",
                     "keys":{"p256dh":"\#(keys["p256dh"].text ?? "")","auth":"\#(keys["auth"].text ?? "")"}}
                    """#
                let answer = try await user.social("POST", "/notifications/push/subscriptions", json: json, at: client)
                #expect(answer.status == 201, "\(answer.text)")
            }
            let slow = try await register(2, at: client)
            let senders = try await register(8, at: client)
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            for (index, user) in slow.enumerated() {
                for browser in 0..<10 {
                    try await subscribe(user, "http://127.0.0.1:\(tarpit.port)/\(index)/\(browser)")
                }
            }
            try await subscribe(bob, "\(hook.url)/browser")
            for sender in senders {
                for user in slow { _ = try await sender.sendFriendRequest(to: user, at: client) }
            }
            // 160 deliveries, each of which would hold a thread for five seconds.
            try await eventually("the tarpit's deliveries wait") {
                let waiting = try await product.texts("SELECT id::text FROM outbox WHERE kind = 'send-web-push'")
                return waiting.count >= 140
            }
            _ = try await ada.sendFriendRequest(to: bob, at: client)
            try await eventually("the other user's inbox, webhook and browser have it", within: 10) {
                let inbox = try await bob.social("GET", "/notifications", at: client).json
                let paths = try await hook.kept().filter { $0["body"].text?.contains(ada.username) == true }
                    .compactMap { $0["path"].text }
                return inbox["unreadCount"].number == 1 && Set(paths) == ["/push", "/browser"]
            }
            #expect(try await product.texts("SELECT id::text FROM outbox WHERE kind = 'send-web-push'").count >= 100)
        }
    }

    // RFC 8030, 8291, 8292
    @Test func `a push is encrypted for its browser and signed, and an expired subscription is removed`() async throws {
        let service = try await WebHook.start()
        try await Product.withNotifications(nil) { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let keys = try await service.makeKeys()
            let json = #"""
                {"endpoint":"\#(service.url)/browser/1","expirationTime":null,
                 "keys":{"p256dh":"\#(keys["p256dh"].text ?? "")","auth":"\#(keys["auth"].text ?? "")"}}
                """#
            let subscribed = try await bob.social("POST", "/notifications/push/subscriptions", json: json, at: client)
            #expect(subscribed.status == 201, "\(subscribed.text)")
            _ = try await ada.sendFriendRequest(to: bob, at: client)
            let push = try await eventually("the browser is told") { try await service.kept().first }
            #expect(push["body"].text?.contains("\(ada.username) sent you a friend request") == true)
            #expect(push["headers"]["ttl"].text == "86400")
            #expect(push["vapid"]["aud"].text == service.url)
            let key = try await bob.social("GET", "/notifications/push/key", at: client).json["publicKey"].text
            #expect(push["vapid"]["key"].text == key)

            try await service.answer(410)
            try await eventually("that is over") { try await product.openJobs().isEmpty }
            _ = try await TestUser.register(at: client).sendFriendRequest(to: bob, at: client)
            try await eventually("it is forgotten") {
                try await product.texts("SELECT id::text FROM push_subscriptions").isEmpty
            }
            for wrong in [
                "{}", json.replacing("http://127.0.0.1", with: "ftp://127.0.0.1"),
                json.replacing("http://127.0.0.1", with: "http://10.0.0.1"),
                json.replacing(keys["auth"].text ?? "", with: "AAAA"),
                json.replacing(keys["p256dh"].text ?? "", with: String(repeating: "A", count: 87)),
            ] {
                expectSocialServiceError(
                    try await bob.social("POST", "/notifications/push/subscriptions", json: wrong, at: client), 400,
                    "VALIDATION_ERROR")
            }
        }
    }
}
