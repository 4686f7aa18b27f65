import Postgres
import Storage
import TestSupport
import Testing

/// S2-25 to S2-34, S2-36 to S2-40, S2-42, S2-43: the tables as the document describes them, read from PostgreSQL's
/// catalogue.
@Suite(.database) struct SchemaTests {
    // S2-25 to S2-34
    @Test func `columns have the documented types and defaults`() async throws {
        try await expect(
            """
            SELECT concat_ws(
                ' ', table_name || '.' || column_name, CASE udt_name WHEN '_text' THEN 'text[]' ELSE udt_name END,
                CASE is_nullable WHEN 'NO' THEN 'required' END, 'default ' || split_part(column_default, '::', 1))
            FROM information_schema.columns
            WHERE table_schema = 'public'
              AND table_name IN ('posts', 'comments', 'likes', 'follows', 'messages', 'notifications')
            """,
            [
                "posts.id uuid required", "posts.content text required",
                "posts.media_urls text[] required default '{}'", "posts.media_type text",
                "posts.visibility text required default 'PUBLIC'",
                "posts.likes_count int4 required default 0", "posts.comments_count int4 required default 0",
                "posts.shares_count int4 required default 0", "posts.author_id uuid required",
                "posts.created_at timestamptz required", "posts.updated_at timestamptz required",
                "posts.published_at timestamptz",
                "comments.id uuid required", "comments.content text required", "comments.post_id uuid required",
                "comments.author_id uuid required", "comments.parent_id uuid",
                "comments.created_at timestamptz required", "comments.updated_at timestamptz required",
                "likes.user_id uuid required", "likes.post_id uuid required", "likes.created_at timestamptz required",
                "follows.id uuid required", "follows.follower_id uuid required", "follows.following_id uuid required",
                "follows.created_at timestamptz required",
                "messages.id uuid required", "messages.content text required", "messages.media_url text",
                "messages.sender_id uuid required", "messages.receiver_id uuid required",
                "messages.created_at timestamptz required default now()", "messages.read_at timestamptz",
                "notifications.id uuid required", "notifications.kind text required", "notifications.entity_id uuid",
                "notifications.user_id uuid required", "notifications.actor_id uuid",
                "notifications.created_at timestamptz required default now()", "notifications.read_at timestamptz",
            ])
    }

    // S2-28, S2-29
    @Test func `a post has one of the documented media types and visibilities`() async throws {
        try await expect(
            """
            SELECT column_name || ' ' || match[1]
            FROM information_schema.constraint_column_usage AS used
            JOIN pg_constraint ON conname = constraint_name,
                 regexp_matches(pg_get_constraintdef(pg_constraint.oid), '''(\\w+)''', 'g') AS match
            WHERE table_name = 'posts' AND contype = 'c'
            """,
            [
                "media_type IMAGE", "media_type VIDEO", "media_type DOCUMENT", "visibility PUBLIC",
                "visibility FOLLOWERS", "visibility PRIVATE",
            ], exactly: true)
    }

    // S2-31, S2-32
    @Test func `a user likes a post once, and follows a user once`() async throws {
        try await expect(
            "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p'",
            [
                "likes PRIMARY KEY (user_id, post_id)",
                "follows PRIMARY KEY (follower_id, following_id) INCLUDE (is_hidden, is_muted)",
            ])
    }

    // S2-27, S2-30 to S2-34, S2-42, S2-43
    @Test func `what belongs to a user, post or comment is deleted with it`() async throws {
        try await expect(
            """
            SELECT concat_ws(' ', conrelid::regclass || '.' || attname, confrelid::regclass, confdeltype)
            FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
            WHERE contype = 'f'
            """,
            [
                "posts.author_id accounts c", "comments.post_id posts c", "comments.author_id accounts c",
                "comments.parent_id comments c", "likes.user_id accounts c", "likes.post_id posts c",
                "messages.sender_id accounts c", "messages.receiver_id accounts c", "notifications.user_id accounts c",
                "notifications.actor_id accounts n",
            ])
    }

    // S2-36 to S2-40
    @Test func `the documented indexes exist`() async throws {
        try await expect(
            """
            SELECT tablename || ': ' || indexname || substring(indexdef FROM ' USING .*')
            FROM pg_indexes WHERE schemaname = 'public'
            """,
            [
                "posts: idx_posts_author_created USING btree (author_id, created_at DESC)",
                "comments: idx_comments_post_created USING btree (post_id, created_at DESC)",
                "likes: idx_likes_user_created USING btree (user_id, created_at DESC)",
                "messages: idx_messages_conversation USING btree (sender_id, receiver_id, created_at DESC)",
                "posts: idx_posts_content_fts USING gin (to_tsvector('english'::regconfig, content))",
            ])
    }

    /// - Parameter exactly: Whether there must be no other.
    private func expect(_ sql: StaticString, _ wanted: Set<String>, exactly: Bool = false) async throws {
        try await Stores.open { stores in
            var found: Set<String> = []
            for var row in try await stores.database.read(Statement("test_schema", sql)) {
                found.insert(try row.text())
            }
            #expect(wanted.subtracting(found).isEmpty)
            if exactly { #expect(found == wanted) }
        }
    }
}
