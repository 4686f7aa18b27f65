import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// U-17: `GET /v1/events`.
    struct EventRouteTests {
        let product = Product.current

        private func events(_ user: TestUser, _ query: String) async throws -> ProductJSON {
            let answer = try await user.social("GET", "/events?\(query)", at: product.client)
            #expect(answer.status == 200, "\(answer.text)")
            return answer.json
        }

        /// Waits until a user has this many events behind a position, and returns them.
        private func all(_ user: TestUser, after position: String, count: Int) async throws -> [ProductJSON] {
            try await eventually("\(count) events") {
                let page = try await events(user, "after=\(position)")
                let found = page["events"].array ?? []
                return found.count >= count ? found : nil
            }
        }

        // U-6, S2-119
        @Test func `what is done on one API is an event for the clients of every API`() async throws {
            let client = product.client
            let ada = try await TestUser.register(at: client)
            let bob = try await TestUser.registerOnSocialPlay(at: client)
            let begin = try #require(try await events(bob, "")["position"].text)
            let own = try #require(try await events(ada, "wait=25")["position"].text)
            // Of the Social Service, and with its workers.
            try await ada.befriend(bob, at: client)
            _ = try await ada.sendMessage("Hello", to: bob, at: client)
            async let next = events(ada, "after=\(own)&wait=25")
            let played = try await bob.ask("POST", "/messages/\(ada.id)", json: #"{"content":"Hi"}"#, at: client)
            let id = try #require(played.json["id"].text)
            #expect(try await next["events"].array?.isEmpty == false)
            _ = try await ada.social("PUT", "/messages/\(id)/read", at: client)
            _ = try await bob.ask("DELETE", "/messages/\(id)", at: client)
            // The request, which is answered, and the deleted message are not shown.
            let types = ["friends_changed", "new_message", "message_deleted"]
            let found = try await eventually("the events and the notifications of the workers") {
                let found = try await events(bob, "after=\(begin)")["events"].array ?? []
                let isComplete = found.contains { $0["type"].text == "notification" }
                return isComplete && types.allSatisfy { type in found.contains { $0["type"].text == type } }
                    ? found : nil
            }
            let accepted = found.first { $0["type"].text == "friends_changed" }
            #expect(accepted?["data"]["change"].text == "accepted" && accepted?["data"]["userId"].text == ada.id)
            #expect(accepted?["data"]["user"]["username"].text == ada.username)
            let messages = found.filter { $0["type"].text == "new_message" }
            #expect(messages.map { $0["data"]["content"].text } == ["Hello"])
            #expect(messages[0]["data"]["senderId"].text == ada.id && messages[0]["data"]["isRead"] == .bool(false))
            #expect(found.contains { $0["type"].text == "message_deleted" && $0["data"]["id"].text == id })
            let notice = found.first { $0["type"].text == "notification" && $0["data"]["type"].text == "MESSAGE" }
            if let notice { #expect(notice["data"]["actorId"].text == ada.id) }

            _ = try await bob.ask("POST", "/users/\(ada.id)/block", at: client)
            let last = try #require(found.last?["position"].text)
            let removed = try await all(bob, after: last, count: 1).first { $0["data"]["change"].text == "removed" }
            #expect(removed?["data"]["userId"].text == ada.id && removed?["data"]["user"] == .null)
            // Nothing of the other is left of the past, but that the friendship is over.
            let rest = try await events(ada, "after=\(own)")["events"].array ?? []
            #expect(rest.allSatisfy { $0["data"]["senderId"].text != bob.id && $0["data"]["user"] == .null })
        }

        @Test func `what is no position, or no time to wait, is refused, and what is too old is said`() async throws {
            let client = product.client
            let ada = try await TestUser.register(at: client)
            for query in ["after=1", "after=x.y", "after=1.2&wait=-1", "wait=soon", "after="] {
                let answer = try await ada.social("GET", "/events?\(query)", at: client)
                expectSocialServiceError(answer, 400, "VALIDATION_ERROR")
            }
            let answer = try await client.ask("GET", "/social/v1/events", token: ada.accessToken)
            #expect(answer.json["position"].text == "0.0" && answer.json["resync"] == .bool(false))
            #expect(answer.headers["cache-control"] == "no-store")
            let old = try await events(ada, "after=7.1796087034206611&wait=25")
            #expect(old["resync"] == .bool(true) && old["position"].text == "0.0" && old["events"].count == 0)
            expectSocialServiceError(try await client.get("/v1/events?after=0.0&wait=25"), 401, "UNAUTHORIZED")
        }

        // U-2
        @Test func `a request that waits ends with the session`() async throws {
            let client = product.client
            let ada = try await TestUser.register(at: client)
            async let waiting = ada.social("GET", "/events?after=0.0&wait=25", at: client)
            try await eventually("it waits") {
                let text = try await product.client.get("/metrics").text
                return text.contains("event_waits ") && !text.contains("event_waits 0\n")
            }
            let logout = try await client.post("/auth/logout", json: #"{"refreshToken":"\#(ada.refreshToken)"}"#)
            #expect(logout.status == 200, "\(logout.text)")
            expectSocialServiceError(try await waiting, 401, "UNAUTHORIZED")
        }
    }
}
