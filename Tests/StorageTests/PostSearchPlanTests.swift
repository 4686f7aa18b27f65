import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// What the functions that find posts by words and tags read. A connection plans their statements once, maybe while the
/// tables are empty.
@Suite(.database) struct PostSearchPlanTests {
    // S2-171
    @Test func `searches and tags read a bounded number of rows, also by plans that were made on empty tables`()
        async throws
    {
        try await TestEnvironment.open { environment in
            // A test's database has one connection, which plans each statement of the functions now.
            let (search, hashtags) = (PostSearch(environment.database), HashtagStore(environment.database))
            for text in ["common", "-rare"] {
                _ = try await search.find(try PostQuery(text), after: nil, offset: 0, limit: 11, for: nil)
            }
            let tag = try Hashtag("tag")
            _ = try await hashtags.page(of: tag, at: .offset(0), for: nil, limit: 11)
            _ = try await hashtags.count(tag)
            _ = try await hashtags.suggestions(tag, limit: 10)
            for statement in [Self.fill, Self.analyze, Self.forget, Self.counters, Self.work] {
                _ = try await environment.database.write(statement)
            }
            // Common words are met among the newest posts: no look into the index of words, and not at all posts.
            for text in ["common", "-rare"] {
                let common = try await work(Self.search(text), environment)
                #expect(common == Work(found: 200, wordScans: 0, reads: common.reads) && common.reads < 2_500)
            }
            // The others are in the index of words.
            let rare = try await work(Self.search("rare common"), environment)
            #expect(rare == Work(found: 2, wordScans: 1, reads: rare.reads) && rare.reads < 50)
            // Common words that are rare together are looked for in both ways.
            let both = try await work(Self.search("common plain"), environment)
            #expect(both == Work(found: 1, wordScans: 1, reads: both.reads))

            // A page reads what it shows, a count a thousand posts, suggestions 2,000 tags twice.
            let page = try await work("posts_of_hashtag(NULL, 'tag', '\(Self.last)', 0, 11)", environment)
            #expect(page == Work(found: 11, wordScans: 0, reads: page.reads) && page.reads < 120)
            let count = try await work(
                "generate_series(1, count_posts_of_hashtag('tag'))", environment)
            #expect(count == Work(found: 1_000, wordScans: 0, reads: count.reads) && count.reads < 8_000)
            let suggested = try await work("suggest_hashtags('t', 10)", environment)
            #expect(suggested == Work(found: 10, wordScans: 0, reads: suggested.reads) && suggested.reads < 6_000)
        }
    }

    private struct Work: Equatable {
        let found: Int
        let wordScans: Int
        /// Entries of indexes; as many as possible if a table was scanned.
        let reads: Int
    }

    private static let last = "ffffffff-ffff-ffff-ffff-ffffffffffff"

    private static func search(_ text: String) -> String {
        "search_posts(NULL, '\(text)', '\(last)', NULL, NULL, 0, 200)"
    }

    /// Counts the rows of an expression, and what was read for them.
    private func work(_ expression: String, _ environment: TestEnvironment) async throws -> Work {
        var row = try await environment.database.read(Self.measure, [.text(expression)])[0]
        return Work(found: try row.int(), wordScans: try row.int(), reads: try row.int())
    }

    // S2-40, S2-41, S2-79: the indexes of SocialPlay's document.
    @Test func `posts and names have full-text indexes in English`() async throws {
        try await TestEnvironment.open { environment in
            var definitions: [String] = []
            for var row in try await environment.database.read(Self.indexes) { definitions.append(try row.text()) }
            #expect(
                definitions == [
                    "CREATE INDEX idx_posts_content_fts ON public.posts USING gin "
                        + "(to_tsvector('english'::regconfig, content))",
                    "CREATE INDEX idx_users_username_fts ON public.accounts USING gin "
                        + "(to_tsvector('english'::regconfig, username))",
                ])
        }
    }

    private static let indexes = Statement(
        "test_fts_indexes", "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'idx\\_%\\_fts' ORDER BY indexname")

    /// Three thousand posts: nearly all have a common word and a tag, ten another one, and two a rare one.
    private static let fill = Statement(
        "test_fill_posts",
        """
        DO $$ DECLARE author uuid := gen_random_uuid(); BEGIN
            INSERT INTO accounts (id, email, username) VALUES (author, 'a@example.com', 'ada');
            INSERT INTO profiles (user_id) VALUES (author);
            INSERT INTO posts (id, author_id, content, created_at, updated_at, published_at)
            SELECT ('00000000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid, author,
                   CASE WHEN number > 2990 THEN 'plain' WHEN number = 8 THEN 'common plain'
                        WHEN number IN (7, 1500) THEN 'common rare' ELSE 'common #tag #t' || number % 1000 END,
                   now(), now(), now()
            FROM generate_series(1, 3000) AS number;
            PERFORM index_posts(ARRAY(SELECT id FROM posts));
        END $$
        """)
    private static let analyze = Statement("test_analyze_search", "ANALYZE post_search")
    /// The connection reads the common words anew.
    private static let forget = Statement(
        "test_forget_words", "SELECT set_config('socialplay.common_words_until', '0', false)")

    /// Counters of a connection go up until it reports them, which it does between transactions.
    private static let counters = Statement(
        "test_counters",
        """
        CREATE FUNCTION test_counters() RETURNS bigint[] LANGUAGE sql VOLATILE AS $$
            SELECT ARRAY[
                pg_stat_get_xact_numscans('post_search_words'::regclass),
                sum(pg_stat_get_xact_tuples_returned(indexrelid))::bigint
                    + (count(*) FILTER (WHERE pg_stat_get_xact_numscans(indrelid) > 0)) * 1000000]
            FROM pg_index
            WHERE indrelid = ANY ('{post_search,post_hashtags,hashtags,posts,user_cards}'::regclass[])
        $$
        """)
    private static let work = Statement(
        "test_work",
        """
        CREATE FUNCTION test_work(expression text) RETURNS bigint[] LANGUAGE plpgsql AS $$
        DECLARE
            before bigint[] := test_counters();
            later bigint[];
            rows_found bigint;
        BEGIN
            EXECUTE 'SELECT count(*) FROM ' || expression INTO rows_found;
            later := test_counters();
            RETURN ARRAY[rows_found, later[1] - before[1], later[2] - before[2]];
        END $$
        """)
    private static let measure = Statement(
        "test_measure", "SELECT work[1], work[2], work[3] FROM (SELECT test_work($1) AS work) AS done")
}
