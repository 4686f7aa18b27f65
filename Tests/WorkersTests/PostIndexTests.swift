import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// The jobs that write what posts are found by.
@Suite(.database) struct PostIndexTests {
    @Test func `late and repeated runs write the post as it is now, and nothing of a deleted one`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let post = try await pools.publish("one #first", by: ada)
            let late = try pools.context.producer.outboxJob(IndexPost(post), trace: nil)
            _ = try await Outbox(pools.context.database).add([late])
            try await pools.write("UPDATE posts SET content = 'two #second', visibility = 'PRIVATE'")
            // A worker that dies behind the effect, before the job ends, and another run.
            try await pools.inline.runOnce(late, try pools.handlers())
            try await pools.runAll()
            #expect(try await pools.words() == ["'second':2 'two':1 PRIVATE"])
            #expect(try await pools.tags() == ["second false"])
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
            try await pools.write("DELETE FROM posts")
            try await pools.run(IndexPost(post))
            #expect(try await pools.words() == [])
            #expect(try await pools.tags() == [])
            try await pools.run(CountHashtags())
            #expect(try await pools.texts("SELECT tag FROM hashtags") == [])
        }
    }

    @Test func `runs at the same time as changes and deletions end in the rows of the posts, without a deadlock`()
        async throws
    {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            var made: [PostID] = []
            for number in 0..<12 { made.append(try await pools.publish("post #a \(number)", by: ada)) }
            let posts = made
            try await pools.withDatabases(4) { databases in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<8 {
                        group.addTask {
                            var random = SeededRandom(UInt64(worker) + 1)
                            let database = databases[worker % 4]
                            for step in 0..<40 {
                                let post = posts[Int.random(in: 0..<posts.count, using: &random)]
                                switch Int.random(in: 0..<20, using: &random) {
                                case 0..<10:
                                    try await PostSearch(database).index(post, finishing: PoolHarness.id())
                                case 10..<12: _ = try await PostSearch(database).indexSome(before: nil)
                                case 12: _ = try await HashtagStore(database).recount(after: "")
                                case 13 where step > 30:
                                    _ = try await PostStore(database).delete(post, by: ada)
                                default:
                                    var changes = PostChanges()
                                    let tags = ["#a", "#b", "#c", "#d"].shuffled(using: &random).prefix(3)
                                    changes.content = "\(worker) \(step) \(tags.joined(separator: " "))"
                                    changes.visibility = .allCases.randomElement(using: &random)
                                    let jobs = (0..<2).map { _ in
                                        OutboxJob(
                                            id: PoolHarness.id(), queue: "notifications", kind: IndexPost.kind,
                                            payload: #"{"post":"\#(post)"}"#)
                                    }
                                    _ = try await PostStore(database).update(
                                        post, changes, by: ada, enqueuing: [jobs[0]], pushedBy: jobs[1])
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            try await pools.runAll()
            #expect(
                try await pools.words()
                    == pools.texts(
                        "SELECT post_words(content)::text || ' ' || visibility FROM posts ORDER BY id"))
            #expect(
                try await pools.tags()
                    == pools.texts(
                        """
                        SELECT tag || ' ' || (visibility = 'PUBLIC') FROM posts, unnest(hashtags_of(content)) AS tag
                        ORDER BY id, tag COLLATE "C"
                        """))
        }
    }

    @Test func `posts that were not indexed are, in steps`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            try await pools.write(
                """
                INSERT INTO posts (id, author_id, content, created_at, updated_at, published_at)
                SELECT ('00000000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid, '\(ada)', 'old #tag', now(),
                       now(), now()
                FROM generate_series(1, 4321) AS number
                """)
            try await pools.write("UPDATE posts SET content = 'changed' WHERE id::text LIKE '%00007'")
            try await pools.run(IndexPosts())
            #expect(try await pools.texts("SELECT count(*)::text FROM post_search") == ["4321"])
            #expect(try await pools.texts("SELECT count(*)::text FROM post_hashtags") == ["4320"])
            try await pools.write(
                "UPDATE posts SET content = 'again #more', updated_at = updated_at + interval '1 second' "
                    + "WHERE id::text LIKE '%4000'")
            try await pools.run(IndexPosts())
            #expect(try await pools.tags().filter { $0 == "more true" }.count == 1)
        }
    }
}

extension PoolHarness {
    fileprivate func publish(_ content: String, by author: UserID) async throws -> PostID {
        let draft = PostDraft(content: content, mediaURLs: [], mediaType: nil, visibility: .everyone)
        let post = try await PostStore(context.database).create(
            draft, by: author, enqueuing: [], as: Self.id(PostID.self))
        return try #require(post.id)
    }

    fileprivate func words() async throws -> [String] {
        try await texts("SELECT words::text || ' ' || visibility FROM post_search ORDER BY post_id")
    }

    /// With whether the post is PUBLIC.
    fileprivate func tags() async throws -> [String] {
        try await texts("SELECT tag || ' ' || is_public FROM post_hashtags ORDER BY post_id, tag")
    }

    fileprivate func write(_ sql: String) async throws {
        let url = TestDatabase.current.url
        try await Task.detached { try BlockingConnection.open(url).run(sql) }.value
    }

    fileprivate func texts(_ sql: String) async throws -> [String] {
        let url = TestDatabase.current.url
        return try await Task.detached {
            var texts: [String] = []
            for var row in try BlockingConnection.open(url).query(sql) { texts.append(try row.text()) }
            return texts
        }.value
    }
}
