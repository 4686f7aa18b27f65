import TestSupport
import Testing

/// What must be true of the rows when a storm is over.
struct StormVerdict {
    let product: Product
    let world: StormWorld
    let users: [StormUser]

    /// Waits until every job has run, and expects that none of them cannot.
    func expectRest() async throws {
        try await eventually("no account is left that was closed", within: 60 * FullSize.timeoutFactor) {
            try await product.texts("SELECT 'account' FROM accounts WHERE deleted_at IS NOT NULL LIMIT 1").isEmpty
        }
        do {
            try await eventually("no job is left", within: 60 * FullSize.timeoutFactor) {
                try await product.texts("SELECT id::text FROM outbox WHERE state <> 'done' LIMIT 1").isEmpty
            }
        } catch {
            let left = try await product.texts(
                """
                SELECT concat_ws(' ', count(*), kind, state, max(attempt), min(run_at), max(error)) FROM outbox
                WHERE state <> 'done' GROUP BY kind, state
                """)
            Issue.record("\(left.joined(separator: "\n"))")
        }
        let left = try await product.texts("SELECT id::text FROM accounts")
        #expect(world.closed.isDisjoint(with: left), "an account is left whose deletion was answered")
    }

    /// Before anything corrects counters, which then has nothing to do.
    func expectCounters() async throws {
        let wrong = try await product.texts(
            """
            SELECT 'post ' || id FROM posts
            WHERE (likes_count, comments_count, shares_count)
                <> ((SELECT count(*) FROM likes WHERE post_id = posts.id),
                    (SELECT count(*) FROM comments WHERE post_id = posts.id),
                    (SELECT count(*) FROM shares WHERE post_id = posts.id))
            UNION ALL
            SELECT 'profile ' || user_id FROM profiles
            WHERE (posts_count, public_posts_count, follower_posts_count, followers_count, following_count)
                <> ((SELECT count(*) FROM posts WHERE author_id = user_id),
                    (SELECT count(*) FROM posts WHERE author_id = user_id AND visibility = 'PUBLIC'),
                    (SELECT count(*) FROM posts WHERE author_id = user_id AND visibility <> 'PRIVATE'),
                    (SELECT count(*) FROM follows WHERE following_id = user_id AND NOT is_hidden),
                    (SELECT count(*) FROM follows WHERE follower_id = user_id AND NOT is_hidden))
            """)
        #expect(wrong.isEmpty, "\(wrong)")
        #expect(!product.output.contains("corrected counters"))
        let corrected = try await product.texts(
            "SELECT reconcile_counters(ARRAY(SELECT user_id FROM profiles))::text")
        #expect(corrected.isEmpty)
        let counted = try await product.texts(
            """
            SELECT concat_ws('/', sum(likes_count) > 0, sum(comments_count) > 0, sum(shares_count) > 0,
                   (SELECT sum(followers_count) > 0 FROM profiles)) FROM posts
            """)
        #expect(counted == ["t/t/t/t"])
    }

    /// Rows whose owner or cause is gone. Foreign keys see to most; those of a comment do not say of which post.
    func expectNoOrphans() async throws {
        let orphans = try await product.texts(
            """
            SELECT 'reply ' || reply.id FROM comments AS reply JOIN comments AS parent ON parent.id = reply.parent_id
            WHERE parent.post_id <> reply.post_id
            UNION ALL
            SELECT 'mention ' || text_id FROM mentions
            WHERE text_id NOT IN (SELECT id FROM posts UNION ALL SELECT id FROM comments)
            UNION ALL
            SELECT 'follow ' || id FROM follows
            WHERE is_muted <> EXISTS (SELECT FROM mutes WHERE muter_id = follower_id AND muted_id = following_id)
            UNION ALL
            SELECT 'follow of a blocked user ' || id FROM follows
            JOIN blocks ON blocker_id = follower_id AND blocked_id = following_id
            UNION ALL
            SELECT 'account ' || id FROM accounts
            WHERE id NOT IN (SELECT user_id FROM profiles) OR id NOT IN (SELECT user_id FROM user_cards)
            UNION ALL
            SELECT 'key ' || conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated
            """)
        #expect(orphans.isEmpty, "\(orphans.prefix(20))")
    }

    /// None is shown whose cause is gone, and of users who hide nothing none is missing.
    func expectNotificationsOfCauses() async throws {
        let shown = try await product.texts(
            """
            SELECT kind || ' ' || id FROM notification_entries AS entry
            WHERE kind = 'post_liked' AND (entity_id, actor_id) NOT IN (SELECT post_id, user_id FROM likes)
               OR kind = 'user_followed' AND NOT EXISTS (
                   SELECT FROM follows WHERE follower_id = actor_id AND following_id = entry.user_id AND NOT is_hidden)
               OR kind IN ('post_commented', 'comment_replied', 'comment_mentioned')
                   AND (entity_id, actor_id) NOT IN (SELECT id, author_id FROM comments)
               OR kind = 'post_mentioned' AND (entity_id, actor_id) NOT IN (SELECT id, author_id FROM posts)
               OR EXISTS (
                   SELECT FROM blocks
                   WHERE blocker_id = entry.user_id AND blocked_id = actor_id
                      OR blocker_id = actor_id AND blocked_id = entry.user_id)
            """)
        #expect(shown.isEmpty, "\(shown.prefix(20))")
        let calm = users.filter { StormUser.isCalm($0.index) }.map(\.account.id).joined(separator: ",")
        let missing = try await product.texts(
            """
            WITH calm AS MATERIALIZED (SELECT unnest(string_to_array($1, ',')::uuid[]) AS id), cause AS (
                SELECT 'post_liked' AS kind, author_id AS receiver, user_id AS actor, post_id AS entity
                FROM likes JOIN posts ON posts.id = post_id
                UNION ALL
                SELECT 'post_commented', posts.author_id, comments.author_id, comments.id
                FROM comments JOIN posts ON posts.id = post_id WHERE parent_id IS NULL
            )
            SELECT concat_ws(' ', kind, receiver, actor, entity) FROM cause
            WHERE receiver <> actor AND receiver IN (SELECT id FROM calm) AND actor IN (SELECT id FROM calm)
              AND (kind, receiver, actor, entity) NOT IN (
                  SELECT kind, user_id, actor_id, entity_id FROM notification_entries
                  WHERE actor_id IS NOT NULL AND entity_id IS NOT NULL)
            """, [calm])
        #expect(missing.isEmpty, "\(missing.count): \(missing.prefix(20))")
    }

    /// What was answered, and not undone by a later answer, is there.
    func expectAnswersKept() async throws {
        let posts = try await product.texts("SELECT concat_ws('|', id, visibility, content) FROM posts")
        let ids = Set(posts.map { String($0.prefix(36)) })
        let rows = Set(posts)
        let people = Set(users.map(\.account.id))
        var wrong: [String] = []
        for user in users {
            for (id, post) in user.posts {
                let isAsWritten = rows.contains("\(id)|\(post.visibility)|\(post.content)")
                if post.isSure ? !isAsWritten : !ids.contains(id) { wrong.append("\(user.account.id): \(id) \(post)") }
            }
            wrong += user.deletedPosts.intersection(ids).map { "deleted: \($0)" }
        }
        for mark in StormUser.Mark.allCases {
            let columns = mark == .mute ? "muter_id, muted_id" : "user_id, post_id"
            let rows = Set(try await product.texts("SELECT concat_ws(' ', \(columns)) FROM \(mark)s"))
            var checked = 0
            for user in users {
                for (key, knowledge) in user.marks where key.mark == mark && knowledge != .unsure {
                    guard mark == .mute ? people.contains(key.target) : ids.contains(key.target) else { continue }
                    checked += 1
                    let row = "\(user.account.id) \(key.target)"
                    if rows.contains(row) != (knowledge == .there) { wrong.append("\(mark) \(row): \(knowledge)") }
                }
            }
            #expect(checked > 0)
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(20))")
    }

    /// The feeds of some users equal the rule.
    func expectFeeds(at client: ProductClient) async throws {
        for user in users.prefix(8) {
            let rule = try await product.texts(
                """
                SELECT posts.id::text FROM posts
                WHERE visibility <> 'PRIVATE' AND (
                    author_id = $1::text::uuid
                    OR author_id IN (
                        SELECT following_id FROM follows WHERE follower_id = $1::text::uuid AND NOT is_hidden
                        EXCEPT SELECT muted_id FROM mutes WHERE muter_id = $1::text::uuid
                        EXCEPT SELECT blocked_id FROM blocks WHERE blocker_id = $1::text::uuid
                        EXCEPT SELECT blocker_id FROM blocks WHERE blocked_id = $1::text::uuid))
                ORDER BY posts.id DESC
                """, [user.account.id])
            // The token of the storm may be too old.
            let account = try await user.account.logInOnSocialPlay(at: client)
            var shown: [String] = []
            var path: String? = "/posts/feed?limit=50"
            while let next = path {
                let answer = try await account.ask("GET", next, at: client)
                shown += answer.json.array?.compactMap { $0["id"].text } ?? []
                path = answer.headers["link"]?.firstMatch(of: /\/api\/v1(.+)>; rel="next"/).map { String($0.output.1) }
            }
            #expect(shown == rule, "the feed of \(user.account.id)")
        }
    }
}
