package import Domain
package import Postgres

/// What an export contains.
extension AccountExports {
    /// Returns the small parts of an export: JSON objects by name.
    /// - Returns: Nil if there is no such account.
    package func summary(of user: UserID) async throws(PostgresError) -> [UInt8]? {
        guard var row = try await database.read(Self.summary, [.id(user)]).first else { return nil }
        return try row.json()
    }

    /// Without credentials: no password hash, refresh token hash, push secret, second factor or recovery code.
    private static let summary = Statement(
        "export_summary",
        """
        SELECT jsonb_build_object(
            'account', to_jsonb(accounts) - 'password_hash' - 'deleted_at',
            'profile', to_jsonb(profiles) - 'user_id',
            'sessions', (
                SELECT coalesce(
                    jsonb_agg(to_jsonb(sessions) - '{refresh_hash,previous_hash,user_id}'::text[] ORDER BY created_at), '[]')
                FROM (SELECT * FROM sessions WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1000) AS sessions),
            'login_sources', (
                SELECT coalesce(jsonb_agg(to_jsonb(source) - 'user_id' ORDER BY last_login_at), '[]')
                FROM login_sources AS source WHERE user_id = $1),
            'identities', (
                SELECT coalesce(jsonb_agg(to_jsonb(identity) - 'user_id' ORDER BY created_at), '[]')
                FROM provider_identities AS identity WHERE user_id = $1),
            'friends', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', friend_id, 'since', accepted_at)), '[]')
                FROM friends WHERE user_id = $1),
            'following', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', following_id, 'since', created_at)), '[]')
                FROM follows WHERE follower_id = $1),
            'blocks', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', blocked_id, 'since', created_at)), '[]')
                FROM blocks WHERE blocker_id = $1),
            'mutes', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', muted_id, 'since', created_at)), '[]')
                FROM mutes WHERE muter_id = $1),
            'daily_counts', (
                SELECT coalesce(jsonb_agg(to_jsonb(counts) - 'user_id' ORDER BY day), '[]')
                FROM (
                    SELECT * FROM daily_user_counts WHERE user_id = $1 ORDER BY day DESC LIMIT 1000) AS counts),
            'friend_requests', (
                SELECT coalesce(jsonb_agg(to_jsonb(request) ORDER BY created_at, id), '[]')
                FROM (
                    SELECT * FROM friend_requests WHERE sender_id = $1
                    UNION ALL
                    SELECT * FROM friend_requests WHERE receiver_id = $1
                        AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = sender_id)
                ) AS request),
            'notifications', (
                SELECT coalesce(jsonb_agg(to_jsonb(entry) - '{user_id, group_id}'::text[] ORDER BY created_at, id), '[]')
                FROM (
                    SELECT * FROM notification_entries WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1000
                ) AS entry),
            'reports', (
                SELECT coalesce(
                    jsonb_agg(
                        to_jsonb(report) - '{reporter_id,case_id}'::text[] || jsonb_build_object(
                            'target_type', target_type, 'target_id', target_id, 'outcome', outcome)
                        ORDER BY report.id), '[]')
                FROM (SELECT * FROM reports WHERE reporter_id = $1 ORDER BY id DESC LIMIT 1000) AS report
                    JOIN moderation_cases AS its_case ON its_case.id = case_id),
            'moderation_actions', (
                SELECT coalesce(
                    jsonb_agg(
                        to_jsonb(entry) - '{case_id,owner_id,moderator_id}'::text[] ORDER BY entry.id), '[]')
                FROM (
                    SELECT * FROM action_entries WHERE owner_id = $1 ORDER BY id DESC LIMIT 1000
                ) AS entry),
            'push_subscriptions', (
                SELECT coalesce(jsonb_agg(to_jsonb(browser) - 'user_id' - 'secret' ORDER BY created_at), '[]')
                FROM push_subscriptions AS browser WHERE user_id = $1),
            'notification_preferences', (
                SELECT to_jsonb(chosen) - 'user_id' FROM notification_preferences AS chosen WHERE user_id = $1))
        FROM accounts JOIN profiles ON profiles.user_id = accounts.id
        WHERE accounts.id = $1 AND deleted_at IS NULL
        """)

    /// Returns a page of the messages of a user, sent and received, as JSON objects. Of a user whom the owner sees
    /// nothing of there are neither messages, nor marks of what the owner sent.
    /// - Parameter last: The last id of the page before.
    package func messages(
        of user: UserID, after last: MessageID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: MessageID, json: [UInt8])] {
        try await page(Self.messages, of: user, after: last, limit)
    }

    private static let messages = Statement(
        "export_messages",
        """
        SELECT message.id, to_jsonb(message) - 'conversation_id'
        FROM (
            SELECT id FROM messages
            WHERE conversation_id IN (SELECT conversation_id FROM conversation_members WHERE user_id = $1) AND id > $2
            ORDER BY id
        ) AS candidate CROSS JOIN LATERAL (
            SELECT * FROM visible_messages($1) AS visible WHERE visible.id = candidate.id LIMIT 1
        ) AS message
        ORDER BY candidate.id LIMIT $3
        """)

    /// Returns a page of a user's files, as JSON objects.
    /// - Parameter last: The last id of the page before.
    package func files(
        of user: UserID, after last: MediaID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: MediaID, json: [UInt8])] {
        try await page(Self.files, of: user, after: last, limit)
    }

    private static let files = Statement(
        "export_files",
        """
        SELECT id, to_jsonb(media) - 'user_id' - 'sha256' FROM media
        WHERE user_id = $1 AND id > $2
        ORDER BY id LIMIT $3
        """)

    /// Returns a page of a user's posts, as ``files(of:after:limit:)`` does.
    package func posts(
        of user: UserID, after last: PostID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: PostID, json: [UInt8])] {
        try await page(Self.posts, of: user, after: last, limit)
    }

    private static let posts = Statement(
        "export_posts",
        """
        SELECT id, to_jsonb(posts) - 'author_id' FROM posts
        WHERE author_id = $1 AND id > $2
        ORDER BY id LIMIT $3
        """)

    /// Returns a page of a user's comments, as ``files(of:after:limit:)`` does.
    package func comments(
        of user: UserID, after last: CommentID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: CommentID, json: [UInt8])] {
        try await page(Self.comments, of: user, after: last, limit)
    }

    private static let comments = Statement(
        "export_comments",
        """
        SELECT id, to_jsonb(comments) - 'author_id' FROM comments
        WHERE author_id = $1 AND id > $2
        ORDER BY id LIMIT $3
        """)

    /// Returns a page of the posts that a user likes, as ``files(of:after:limit:)`` does.
    package func likes(
        of user: UserID, after last: PostID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: PostID, json: [UInt8])] {
        try await page(Self.likes, of: user, after: last, limit)
    }

    private static let likes = Statement(
        "export_likes",
        """
        SELECT post_id, to_jsonb(likes) - 'user_id' FROM likes
        WHERE user_id = $1 AND post_id > $2
        ORDER BY post_id LIMIT $3
        """)

    /// Returns a page of the posts that a user shares, as ``files(of:after:limit:)`` does.
    package func shares(
        of user: UserID, after last: PostID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: PostID, json: [UInt8])] {
        try await page(Self.shares, of: user, after: last, limit)
    }

    private static let shares = Statement(
        "export_shares",
        """
        SELECT post_id, to_jsonb(shares) - 'user_id' - 'id' FROM shares
        WHERE user_id = $1 AND post_id > $2
        ORDER BY post_id LIMIT $3
        """)

    /// Returns a page of the posts that a user bookmarked, as ``files(of:after:limit:)`` does.
    package func bookmarks(
        of user: UserID, after last: PostID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: PostID, json: [UInt8])] {
        try await page(Self.bookmarks, of: user, after: last, limit)
    }

    private static let bookmarks = Statement(
        "export_bookmarks",
        """
        SELECT post_id, to_jsonb(bookmarks) - 'user_id' - 'id' FROM bookmarks
        WHERE user_id = $1 AND post_id > $2
        ORDER BY post_id LIMIT $3
        """)

    /// Returns a page of a user's drafts and scheduled posts, as ``files(of:after:limit:)`` does.
    package func drafts(
        of user: UserID, after last: DraftID?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: DraftID, json: [UInt8])] {
        try await page(Self.drafts, of: user, after: last, limit)
    }

    private static let drafts = Statement(
        "export_drafts",
        """
        SELECT id, to_jsonb(drafts) - '{author_id,job_id}'::text[] FROM drafts
        WHERE author_id = $1 AND id > $2
        ORDER BY id LIMIT $3
        """)

    /// The place of a version in the order of an export.
    package struct VersionPosition: Sendable {
        let post: PostID
        let number: Int
    }

    /// Returns a page of what a user's posts were before they were changed, as JSON objects.
    /// - Parameter last: The last version of the page before.
    package func versions(
        of user: UserID, after last: VersionPosition?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: VersionPosition, json: [UInt8])] {
        var entries: [(id: VersionPosition, json: [UInt8])] = []
        let last = last ?? VersionPosition(post: PostID(Identifier(high: 0, low: 0)), number: 0)
        for var row in try await database.read(
            Self.versions, [.id(user), .id(last.post), .integer(last.number), .integer(limit)])
        {
            let position = VersionPosition(post: try row.id(PostID.self), number: try row.int())
            entries.append((position, try row.json()))
        }
        return entries
    }

    private static let versions = Statement(
        "export_versions",
        """
        SELECT version.post_id, version.number, to_jsonb(version)
        FROM (SELECT id FROM posts WHERE author_id = $1 AND id >= $2 ORDER BY id OFFSET 0) AS post
            CROSS JOIN LATERAL (
                SELECT * FROM post_versions WHERE post_id = post.id ORDER BY number LIMIT 50
            ) AS version
        WHERE (version.post_id, version.number) > ($2, $3::integer)
        ORDER BY version.post_id, version.number LIMIT $4
        """)

    private func page<ID: EntityID>(
        _ statement: Statement, of user: UserID, after last: ID?, _ limit: Int
    ) async throws(PostgresError) -> [(id: ID, json: [UInt8])] {
        var entries: [(id: ID, json: [UInt8])] = []
        let first = last ?? ID(Identifier(high: 0, low: 0))
        for var row in try await database.read(statement, [.id(user), .id(first), .integer(limit)]) {
            entries.append((try row.id(ID.self), try row.json()))
        }
        return entries
    }
}
