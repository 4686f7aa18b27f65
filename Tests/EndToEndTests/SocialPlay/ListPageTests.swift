import TestSupport
import Testing

extension SharedProduct {
    /// S2-162, X-24: pages that no client should ask for, of every list below `/api/v1`.
    struct ListPageTests {
        let product = Product.current

        @Test func `every list refuses pages that are no numbers from 1 on, and bounds long ones`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let created = try await user.ask("POST", "/posts", json: #"{"content":"Hello"}"#, at: product.client)
            let post = try #require(created.json["id"].text)
            let lists = [
                "/posts", "/posts/feed", "/users/me/posts", "/users/\(user.id)/posts", "/posts/\(post)/likes",
                "/posts/\(post)/shares", "/posts/\(post)/comments", "/users/\(user.id)/shares", "/bookmarks", "/mutes",
                "/blocks", "/notifications", "/users/\(user.id)/followers", "/users/\(user.id)/following",
                "/drafts", "/posts/\(post)/versions", "/hashtags/music/posts", "/posts/search?q=music",
                "/messages", "/messages/\(user.id)", "/messages/search?q=music",
            ]
            for list in lists {
                let list = list + (list.contains("?") ? "&" : "?")
                for query in [
                    "page=0", "page=-1", "page=abc", "page=", "page=1.5", "limit=0", "limit=-1", "limit=abc",
                    "page=99999999999999999999", "limit=99999999999999999999",
                ] {
                    expectSocialPlayError(try await user.ask("GET", "\(list)\(query)", at: product.client), 400)
                }
                let most = try await user.ask("GET", "\(list)limit=1000000", at: product.client)
                #expect(most.status == 200, "\(list): \(most.text)")
                // Behind the end, or of a list that is not paged so far.
                let last = try await user.ask("GET", "\(list)page=1000000", at: product.client)
                #expect(last.status == 200 || last.status == 400, "\(list): \(last.text)")
            }
        }
    }
}
