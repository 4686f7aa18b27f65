import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// `/api/v1/posts/search` and `/api/v1/hashtags`.
    struct SearchRouteTests {
        let product = Product.current

        // S2-171
        @Test func `posts are found by words and tags, in pages`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            // A word of this test's own.
            let word = "w" + UUID().uuidString.lowercased().filter { $0.isLetter || $0.isNumber }
            var ids: [String] = []
            for number in 1...3 {
                let answer = try await user.ask(
                    "POST", "/posts", json: #"{"content":"Привет & \#(word) #\#(word) \#(number)"}"#, at: product.client
                )
                ids.append(try #require(answer.json["id"].text, "\(answer.text)"))
            }
            try await eventually("the posts are indexed", within: 60) {
                let found = try await product.client.get("/api/v1/posts/search?q=\(word)").json
                return found["pagination"]["total"].number == 3
            }
            let path = "/posts/search?q=%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82+%26+\(word)&limit=2"
            let first = try await user.ask("GET", path, at: product.client)
            #expect(first.json["posts"].array?.compactMap { $0["id"].text } == [ids[2], ids[1]], "\(first.text)")
            let one = try await product.client.get("/api/v1/posts?limit=1").json["posts"].array?.first
            #expect(first.json["posts"].array?.first?.names == one?.names)
            let link = try #require(first.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/)?.output.1)
            let second = try await product.client.get(String(link))
            #expect(second.json["posts"].array?.compactMap { $0["id"].text } == [ids[0]], "\(link) \(second.text)")
            #expect(second.headers["link"] == nil)

            #expect(
                try await product.client.get("/api/v1/hashtags/\(word.uppercased())").json
                    == .object(["tag": .text(word), "postsCount": .number(3)]))
            #expect(
                try await product.client.get("/api/v1/hashtags?q=%23\(word.prefix(20))").json
                    == .array([.object(["tag": .text(word)])]))
            let page = try await product.client.get("/api/v1/hashtags/%23\(word)/posts?limit=2")
            #expect(page.json.array?.compactMap { $0["id"].text } == [ids[2], ids[1]])
            let next = try #require(page.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/)?.output.1)
            #expect(try await product.client.get(String(next)).json.array?.compactMap { $0["id"].text } == [ids[0]])
        }

        // S2-171
        @Test func `any text is answered, and what is empty, too long or malformed is refused`() async throws {
            for text in ["%27%22", "%25%25", "__", "%5C", "a%26%7C!", "a:*", "((", "the", "-a", "%F0%9F%A6%8A"] {
                let answer = try await product.client.get("/api/v1/posts/search?q=\(text)")
                #expect(answer.status == 200 && answer.json["posts"].array != nil, "\(text): \(answer.text)")
            }
            let long = String(repeating: "x", count: 5_000)
            for path in [
                "posts/search", "posts/search?q=", "posts/search?q=+", "posts/search?q=\(long)", "posts/search?q=%00",
                "posts/search?q=%FF", "posts/search?q=a&cursor=x", "posts/search?q=a&page=0", "hashtags/%20",
                "hashtags/1", "hashtags/\(long)", "hashtags/a-b/posts", "hashtags/a/posts?cursor=x",
                "hashtags/a/posts?page=1000", "hashtags?q=\(long)",
            ] {
                let answer = try await product.client.get("/api/v1/\(path)")
                #expect(answer.status == 400 && answer.json["status"].text == "error", "\(path): \(answer.text)")
            }
        }
    }
}
