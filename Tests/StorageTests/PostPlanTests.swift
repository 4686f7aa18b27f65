import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// The plans of the statements that posts are read by. A connection makes them once, maybe while the tables are empty.
@Suite(.database) struct PostPlanTests {
    @Test func `posts are read by keys, also by plans that were made on empty tables`() async throws {
        try await TestEnvironment.open { environment in
            let (feed, posts) = (FeedStore(environment.database), PostStore(environment.database))
            let user = UserID(Identifier(high: 1, low: 1))
            let post = PostID(user.identifier)
            // A test's database has one connection, which prepares each statement.
            _ = try await feed.visible(among: [post.identifier], before: nil, from: nil, to: user, limit: 10)
            _ = try await feed.visible(before: nil, to: user, limit: 10)
            _ = try await feed.newest(for: user, limit: 10)
            _ = try await posts.find(post, for: user)
            _ = try await posts.page(at: .offset(0), for: user, limit: 10)
            _ = try await posts.page(of: user, at: .offset(0), for: user, limit: 10)
            for (statement, indexes) in [
                (Self.among, ["posts_pkey", "follows_pulled", "follows_pkey", "user_cards_pkey", "likes_pkey"]),
                (Self.before, ["posts_pkey", "posts_of_author", "follows_pkey", "user_cards_pkey", "likes_pkey"]),
                (Self.newest, ["posts_of_author"]),
                (Self.find, ["posts_pkey", "user_cards_pkey", "likes_pkey"]),
                (Self.all, ["posts_pkey", "user_cards_pkey", "likes_pkey"]),
                (Self.ofAuthor, ["posts_of_author", "user_cards_pkey", "likes_pkey"]),
            ] {
                var plan = ""
                for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
                // Neither a whole table, nor all that an author has written, nor all that a reader likes.
                for work in ["Seq Scan on", "Bitmap Heap Scan on posts", "Bitmap Heap Scan on likes"] {
                    #expect(!plan.contains(work), "\(work) in \(plan)")
                }
                // Candidates behind the last wanted one are not looked up.
                if statement === Self.among { #expect(plan.hasPrefix("Limit\n  ->  Nested Loop"), "\(plan)") }
                // The feed on demand asks for the blocks of its reader once.
                #expect(plan.split(separator: "hashed SubPlan").count <= (statement === Self.before ? 2 : 1), "\(plan)")
                for index in indexes { #expect(plan.contains(index), "\(index) is missing in \(plan)") }
                // An index that begins with another column would be read as a whole.
                for (line, next) in zip(plan.split(separator: "\n"), plan.split(separator: "\n").dropFirst())
                where next.contains("Cond: (id = ") {
                    #expect(line.contains("_pkey on"), "\(plan)")
                }
            }
        }
    }

    private static let among = Statement(
        "test_explain_among",
        """
        EXPLAIN (COSTS OFF) EXECUTE feed_among (
            '00000000-0000-0001-0000-000000000001', '{00000000-0000-0001-0000-000000000001}', 10,
            'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000')
        """)
    private static let before = Statement(
        "test_explain_before",
        """
        EXPLAIN (COSTS OFF) EXECUTE feed_before (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 10)
        """)
    private static let newest = Statement(
        "test_explain_newest",
        "EXPLAIN (COSTS OFF) EXECUTE newest_of_feed ('00000000-0000-0001-0000-000000000001', 10)")
    private static let find = Statement(
        "test_explain_find",
        """
        EXPLAIN (COSTS OFF) EXECUTE find_post (
            '00000000-0000-0001-0000-000000000001', '00000000-0000-0001-0000-000000000001')
        """)
    private static let all = Statement(
        "test_explain_all",
        """
        EXPLAIN (COSTS OFF) EXECUTE page_of_posts (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 0, 10)
        """)
    private static let ofAuthor = Statement(
        "test_explain_of_author",
        """
        EXPLAIN (COSTS OFF) EXECUTE page_of_authors_posts (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 0, 10,
            '00000000-0000-0001-0000-000000000001')
        """)
}
