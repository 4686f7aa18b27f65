import Foundation
import TestSupport
import Testing

/// S0-96, S0-101 to S0-105, S0-109 to S0-111, X-4.
@Suite(.showingOutput)
struct SocialLimitTests {
    @Test func `each kind of request has its own limit, and every answer shows what is left`() async throws {
        try await withProduct { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            try await ada.befriend(bob, at: client)
            let kinds: [(limit: Int, used: Int, method: String, path: String, json: String?)] = [
                (10, 1, "POST", "/friends/request", #"{"toUserId":"\#(bob.id)"}"#),
                (30, 0, "POST", "/messages", #"{"toUserId":"\#(bob.id)","content":"x"}"#),
                (20, 0, "GET", "/friends/search?q=ab", nil), (60, 0, "PUT", "/status/online", nil),
            ]
            for kind in kinds {
                for number in kind.used..<kind.limit {
                    // Both prefixes share one bucket.
                    let prefix = number % 2 == 0 ? "/v1" : "/social/v1"
                    let answer = try await client.ask(
                        kind.method, prefix + kind.path, json: kind.json, token: ada.accessToken)
                    #expect(answer.headers["x-ratelimit-limit"] == "\(kind.limit)", "\(kind.path)")
                    #expect(answer.headers["x-ratelimit-remaining"] == "\(kind.limit - number - 1)")
                    let reset = answer.headers["x-ratelimit-reset"].flatMap { Double($0) } ?? 0
                    #expect((0...62).contains(reset - Date.now.timeIntervalSince1970 + 1))
                    #expect(answer.headers["ratelimit-limit"] == nil)
                }
                let answer = try await ada.social(kind.method, kind.path, json: kind.json, at: client)
                expectSocialServiceError(answer, 429, "RATE_LIMIT_EXCEEDED")
                #expect(answer.headers["x-ratelimit-remaining"] == "0")
                #expect((1...60).contains(answer.headers["retry-after"].flatMap { Int($0) } ?? 0))
            }
            // The others are counted apart, and so are other users.
            #expect(try await ada.social("GET", "/friends", at: client).headers["x-ratelimit-limit"] == "100")
            #expect(try await bob.social("PUT", "/status/offline", at: client).status == 200)
        }
    }

    // S0-109
    @Test func `errors, refusals and empty answers carry the headers too`() async throws {
        try await withProduct { product in
            let client = product.client
            let (ada, bob) = (try await TestUser.register(at: client), try await TestUser.register(at: client))
            let id = try #require(try await ada.sendFriendRequest(to: bob, at: client).json["id"].text)
            let empty = try await bob.social("POST", "/friends/decline/\(id)", at: client)
            #expect(empty.status == 204)
            let answers = [
                empty, try await client.get("/v1/health"), try await client.get("/v1/health/detailed"),
                try await client.get("/v1/friends"), try await client.get("/v1/nothing"),
                try await client.ask("PATCH", "/v1/friends", token: ada.accessToken),
                try await ada.social("GET", "/friends?limit=0", at: client),
            ]
            for answer in answers {
                for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
                    #expect(answer.headers[name].flatMap { Int($0) } != nil, "\(name): \(answer.status) \(answer.text)")
                }
            }
        }
    }

    private func withProduct(_ body: (Product) async throws -> Void) async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        options.isRateLimited = true
        try await Product.run(options, body)
    }
}
