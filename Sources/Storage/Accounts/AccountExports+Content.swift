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
            'account', to_jsonb(accounts) - 'password_hash' - 'deleted_at'
                || jsonb_build_object('last_seen_at', (SELECT last_seen_at FROM user_cards WHERE user_id = $1)),
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
            'events', (
                SELECT coalesce(
                    jsonb_agg(
                        to_jsonb(event) - 'user_id' || jsonb_build_object('kind', user_event_name(kind)) ORDER BY seq), '[]')
                FROM (
                    SELECT * FROM user_events
                    WHERE user_id = $1 AND kind <> 20
                      AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = actor_id)
                    ORDER BY seq DESC LIMIT 1000
                ) AS event),
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
}
