import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Search of posts, and hashtags. Who sees what is compared by PostVisibilityTests.
@Suite(.database) struct PostSearchTests {
    // S2-171
    @Test func `posts are found by words in every form, the best match first, then the newest`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for text in [
                "Ёлки зелёные", "A running fox", "The fox runs to another fox", "Зелёная трава", "Quick brown foxes",
            ] { _ = try await features.publish(text, by: ada) }
            try await features.indexPosts()
            #expect(try await features.find("run") == ["The fox runs to another fox", "A running fox"])
            #expect(try await features.find("FOX").first == "The fox runs to another fox")
            #expect(try await features.find("елка") == ["Ёлки зелёные"])
            #expect(try await features.find("зеленая -трава") == ["Ёлки зелёные"])
            #expect(try await features.find("трава or quick") == ["Quick brown foxes", "Зелёная трава"])
            #expect(try await features.find(#""running fox""#) == ["A running fox"])
            #expect(try await features.find("-fox").count == 2)
            #expect(try await features.find("fox трава") == [])
        }
    }

    // S2-171
    @Test func `a search takes any text, and refuses what is empty or too long`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            _ = try await features.publish("it's 100% \\ _ \"quoted\" & | ! <-> :*", by: ada)
            try await features.indexPosts()
            for text in [
                "'", "\"", "\"\"\"", "%", "_", "\\", "\\'", "&", "|", "!", "!!!", "<->", "a<->b", ":*", "a:*b", "((",
                ")",
                "-", "--", "or", "or or", "и", "the of", "-и", "'; DROP TABLE posts; --", "a & b | c ! d", "\u{1}x\n\t",
                "🦊", "e\u{301}", "\u{200B}x", String(repeating: "a or ", count: 40), String(repeating: "x", count: 200),
                String(repeating: "\"-", count: 100), "http://example.com/?a=b", "user@example.com", "1.5e10", "/a/b/c",
            ] { _ = try await features.find(text) }
            #expect(try await features.find("и the of") == [])
            #expect(try await features.find("<->") == [])
            #expect(try await features.find("it's 100%").count == 1)
            for text in [
                "", " \n", "\u{200B}", "a\0b", String(repeating: "x", count: 201),
                String(repeating: "x", count: 10_000),
            ] {
                await expect(.validationFailed, .invalid) { try await features.find(text) }
            }
            for tag in ["", "#", "1", "a b", "a-b", "a\0", "%", "'", String(repeating: "x", count: 65)] {
                #expect(throws: DomainError.self, "\(tag)") { _ = try Hashtag(tag) }
            }
            for beginning in ["", "#", "%", "_", "\\", "'", "a b", "\u{10FFFF}"] {
                #expect(try await features.posts.readHashtags.suggestions(try Hashtag(beginning: beginning)) == [])
            }
        }
    }

    @Test func `the pages of a search show each post once, whatever is published meanwhile`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            for number in 1...5 { _ = try await features.publish("fox \(number)", by: ada) }
            _ = try await features.publish("fox fox fox", by: ada)
            try await features.indexPosts()
            let page = try Page(number: nil, limit: "2", defaultLimit: 10, maximumLimit: 100)
            let query = try PostQuery("fox")
            let first = try await features.posts.search(query, page, after: nil, for: nil)
            #expect(first.posts.map(\.content) == ["fox fox fox", "fox 5"] && first.total == 6)
            _ = try await features.publish("fox fox 6", by: ada)
            try await features.indexPosts()
            let text = try #require(first.next).description
            let second = try await features.posts.search(query, page, after: SearchCursor(text), for: nil)
            #expect(second.posts.map(\.content) == ["fox 4", "fox 3"] && second.total == 6)
            let last = try await features.posts.search(query, page, after: second.next, for: nil)
            #expect(last.posts.map(\.content) == ["fox 2", "fox 1"] && last.next == nil)
            let third = try Page(number: "3", limit: "3", defaultLimit: 10, maximumLimit: 100)
            #expect(
                try await features.posts.search(query, third, after: nil, for: nil).posts.map(\.content) == ["fox 1"])
            let far = try Page(number: "1000000", limit: "100", defaultLimit: 10, maximumLimit: 100)
            let beyond = try await features.posts.search(query, far, after: nil, for: nil)
            #expect(beyond.posts.isEmpty && beyond.total == 7)
        }
    }

    @Test func `an edit changes the words and tags of a post, and a narrower visibility hides it at once`() async throws
    {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let post = try await features.publish("#One and #TWO, (#три): mail#no a/#no &#39; #1 ##no #two", by: ada)
            try await features.indexPosts()
            for tag in ["one", "two", "Три"] { #expect(try await features.tagged(tag) == [post.id], "\(tag)") }
            #expect(try await features.tagged("no") == [])
            #expect(try await features.posts.readHashtags.suggestions(try Hashtag(beginning: "#t")) == ["two"])
            var changes = PostChanges()
            changes.content = "#two and four"
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            try await features.indexPosts()
            #expect(try await features.tagged("one") == [])
            #expect(try await features.tagged("two") == [post.id])
            #expect(try await features.find("three") == [])
            #expect(try await features.find("four") == ["#two and four"])
            changes.content = nil
            changes.visibility = .author
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            #expect(try await features.tagged("two") == [])
            #expect(try await features.find("four") == [])
            #expect(try await features.posts.readHashtags.count(try Hashtag("two")) == ("two", 0))
            #expect(try await features.posts.readHashtags.suggestions(try Hashtag(beginning: "two")) == [])
            #expect(try await features.tagged("two", for: ada.user) == [post.id])
            try await features.indexPosts()
            changes.visibility = .everyone
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            try await features.indexPosts()
            #expect(try await features.tagged("two") == [post.id])
            #expect(try await features.find("four").count == 1)
            try await features.posts.write.delete(post.id, by: ada)
            #expect(try await features.tagged("two") == [])
            #expect(try await features.find("four") == [])
        }
    }

    @Test func `tags have letters of any script, and a post has thirty at most`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let tags = ["日本語", "हिन्दी", "ёлка", "Straße", "été", "run_42", "42nd", String(repeating: "x", count: 64)]
            let post = try await features.publish(
                (tags + [String(repeating: "y", count: 65)]).map { "#\($0)" }.joined(separator: " "), by: ada)
            let many = try await features.publish((1...40).map { "#tag\($0)" }.joined(separator: " "), by: ada)
            try await features.indexPosts()
            for tag in tags { #expect(try await features.tagged(tag) == [post.id], "\(tag)") }
            #expect(try await features.tagged("STRASSE") == [post.id])
            #expect(try await features.tagged(String(repeating: "y", count: 64)) == [])
            #expect(try await features.tagged("tag30") == [many.id])
            #expect(try await features.tagged("tag31") == [])
            // Popular ones first.
            _ = try await features.publish("#tag7", by: ada)
            try await features.indexPosts()
            let suggested = try await features.posts.readHashtags.suggestions(try Hashtag(beginning: "TAG"))
            #expect(suggested.count == 10 && suggested.first == "tag7")
        }
    }
}

extension FeatureHarness {
    /// Runs the jobs that write what posts are found by, as their handler does.
    func indexPosts() async throws {
        let search = PostSearch(database)
        try await jobs.runAll([
            JobHandler(IndexPost.self, checksRow: false) { job, context in
                try await search.index(job.post, finishing: context.id)
                return .recorded
            }
        ])
    }

    /// The texts of the posts that a reader without a login finds.
    fileprivate func find(_ text: String) async throws(DomainError) -> [String] {
        let page = try Page(number: nil, limit: nil, defaultLimit: 100, maximumLimit: 100)
        return try await posts.search(try PostQuery(text), page, after: nil, for: nil).posts.map(\.content)
    }

    fileprivate func tagged(_ tag: String, for viewer: UserID? = nil) async throws -> [PostID] {
        let page = try Page(number: nil, limit: nil, defaultLimit: 100, maximumLimit: 100)
        return try await posts.readHashtags.posts(with: try Hashtag(tag), page, after: nil, for: viewer).posts.map(\.id)
    }
}
