import Chassis
import Domain
import Postgres
import Storage
import Testing

/// Rows of a time that has passed, and what is counted of them (S2-174).
struct AnalyticsWorld: Sendable {
    let database: Database
    let store: AnalyticsStore

    init(_ database: Database) {
        self.database = database
        store = AnalyticsStore(database)
    }

    /// Later than all random writes: 2020-10-10.
    static let end = Timestamp(unixSeconds: 1_602_288_000)

    /// Counts everything until a time.
    func countAll(until latest: Timestamp = end, minutes: Int = 60) async throws {
        while try await store.count(until: latest, minutes: minutes) {}
    }

    /// Expects that every count equals the rows, which are counted here without the views of the product.
    func expectEqualToRows(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for statement in [Self.wrongUsers, Self.wrongTotals] {
            var wrong: [String] = []
            for var row in try await database.read(statement) { wrong.append(try row.text()) }
            #expect(wrong.isEmpty, "\(wrong.prefix(5))", sourceLocation: sourceLocation)
        }
    }

    private static let wrongUsers = Statement(
        "test_wrong_user_counts",
        """
        WITH limits AS (
            SELECT counted_until AS upto FROM count_progress
        ), rows AS (
            SELECT author_id AS who, created_at AS moment, 'posts' AS kind FROM posts
            UNION ALL SELECT author_id, created_at, 'comments' FROM comments
            UNION ALL SELECT user_id, created_at, 'likes' FROM likes
            UNION ALL SELECT follower_id, created_at, 'follows' FROM follows
            UNION ALL SELECT sender_id, created_at, 'messages' FROM messages
            UNION ALL SELECT user_id, created_at, 'media' FROM media
            UNION ALL SELECT p.author_id, l.created_at, 'likes_received' FROM likes l JOIN posts p ON p.id = post_id
                WHERE p.author_id <> l.user_id
            UNION ALL SELECT p.author_id, c.created_at, 'comments_received'
                FROM comments c JOIN posts p ON p.id = post_id WHERE p.author_id <> c.author_id
            UNION ALL SELECT following_id, created_at, 'followers' FROM follows
        ), expected AS (
            SELECT who, to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, kind, count(*)::bigint AS number
            FROM rows, limits WHERE moment < upto GROUP BY 1, 2, 3
        ), found AS (
            SELECT user_id AS who, to_char(day, 'YYYY-MM-DD') AS day, kind, number::bigint
            FROM daily_user_counts, LATERAL (
                VALUES ('posts', posts), ('comments', comments), ('likes', likes), ('follows', follows),
                       ('messages', messages), ('media', media), ('likes_received', likes_received),
                       ('comments_received', comments_received), ('followers', followers)) AS v(kind, number)
            WHERE number <> 0
        )
        SELECT 'missing ' || (e.*)::text FROM (SELECT * FROM expected EXCEPT SELECT * FROM found) e
        UNION ALL SELECT 'wrong ' || (f.*)::text FROM (SELECT * FROM found EXCEPT SELECT * FROM expected) f
        """)

    private static let wrongTotals = Statement(
        "test_wrong_totals",
        """
        WITH limits AS (
            SELECT counted_until AS upto FROM count_progress
        ), acts AS (
            SELECT author_id AS who, created_at AS moment, 'posts' AS kind FROM posts
            UNION ALL SELECT author_id, created_at, 'comments' FROM comments
            UNION ALL SELECT user_id, created_at, 'likes' FROM likes
            UNION ALL SELECT follower_id, created_at, 'follows' FROM follows
            UNION ALL SELECT sender_id, created_at, 'messages' FROM messages
            UNION ALL SELECT user_id, created_at, 'media' FROM media
        ), expected AS (
            SELECT (moment AT TIME ZONE 'UTC')::date AS day, kind, count(*)::bigint AS number
            FROM acts, limits WHERE moment < upto GROUP BY 1, 2
            UNION ALL
            SELECT (moment AT TIME ZONE 'UTC')::date, 'active', count(DISTINCT who)
            FROM acts, limits WHERE moment < upto GROUP BY 1
            UNION ALL
            SELECT (created_at AT TIME ZONE 'UTC')::date, 'registrations', count(*)
            FROM accounts, limits WHERE created_at < upto GROUP BY 1
        ), found AS (
            SELECT day, kind, number::bigint
            FROM daily_totals, LATERAL (
                VALUES ('registrations', registrations), ('active', active_users), ('posts', posts),
                       ('comments', comments), ('likes', likes), ('follows', follows), ('messages', messages),
                       ('media', media)) AS v(kind, number)
            WHERE number <> 0
        )
        SELECT 'missing ' || (e.*)::text FROM (SELECT * FROM expected EXCEPT SELECT * FROM found) e
        UNION ALL SELECT 'wrong ' || (f.*)::text FROM (SELECT * FROM found EXCEPT SELECT * FROM expected) f
        """)

    /// Fills five days with random writes and deletions of twelve users, some of whom leave, while counts are made at
    /// random times; `$seed` is replaced.
    static let randomWrites = """
        SELECT setseed($seed);
        DO $$
        DECLARE
            now_then timestamptz := '2020-10-01 22:00:00+00';
            users uuid[];
            chosen uuid;
            other uuid;
            post uuid;
            moment timestamptz;
            dice float;
        BEGIN
            FOR number IN 1..12 LOOP
                chosen := gen_random_uuid();
                INSERT INTO accounts (id, email, username, persona, created_at)
                VALUES (chosen, number || '@b.example', 'user' || number, 'listener',
                        now_then + number * interval '13 minutes');
                INSERT INTO profiles (user_id) VALUES (chosen);
                users := users || chosen;
            END LOOP;
            UPDATE count_progress SET counted_until = date_trunc('day', now_then, 'UTC');
            FOR turn IN 1..2500 LOOP
                now_then := now_then + random() * interval '5 minutes';
                moment := now_then;
                chosen := users[1 + floor(random() * cardinality(users))::integer];
                other := users[1 + floor(random() * cardinality(users))::integer];
                SELECT id INTO post FROM posts ORDER BY random() LIMIT 1;
                dice := random();
                CASE
                WHEN dice < 0.15 OR post IS NULL THEN
                    -- One in ten is published late.
                    IF random() < 0.1 THEN moment := moment - random() * interval '2 days'; END IF;
                    INSERT INTO posts (id, author_id, content, created_at, updated_at, published_at)
                    VALUES (gen_random_uuid(), chosen, 'x', moment, moment, moment);
                WHEN dice < 0.40 THEN
                    INSERT INTO likes VALUES (chosen, post, moment) ON CONFLICT DO NOTHING;
                WHEN dice < 0.55 THEN
                    INSERT INTO comments (id, post_id, author_id, parent_id, content, created_at, updated_at)
                    VALUES (gen_random_uuid(), post, chosen,
                            (SELECT id FROM comments WHERE post_id = post ORDER BY random() LIMIT 1), 'x', moment,
                            moment);
                WHEN dice < 0.65 AND chosen <> other THEN
                    INSERT INTO follows (id, follower_id, following_id, created_at)
                    VALUES (gen_random_uuid(), chosen, other, moment) ON CONFLICT DO NOTHING;
                WHEN dice < 0.72 AND chosen <> other THEN
                    WITH pair AS (
                        INSERT INTO conversations (id, low_id, high_id)
                        VALUES (gen_random_uuid(), least(chosen, other), greatest(chosen, other))
                        ON CONFLICT ON CONSTRAINT conversations_pair DO UPDATE SET low_id = excluded.low_id
                        RETURNING id
                    )
                    INSERT INTO messages (id, conversation_id, sender_id, receiver_id, content, created_at)
                    SELECT gen_random_uuid(), id, chosen, other, 'x', moment FROM pair;
                WHEN dice < 0.76 THEN
                    INSERT INTO media (
                        id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, sha256,
                        created_at)
                    VALUES (gen_random_uuid(), chosen, 'other', 'x', 'x', 'x', 'x', 1, 'x', moment);
                WHEN dice < 0.84 THEN
                    DELETE FROM likes
                    WHERE (user_id, post_id) IN (SELECT user_id, post_id FROM likes ORDER BY random() LIMIT 1);
                WHEN dice < 0.87 THEN
                    DELETE FROM comments WHERE id IN (SELECT id FROM comments ORDER BY random() LIMIT 1);
                WHEN dice < 0.90 THEN DELETE FROM posts WHERE id = post;
                WHEN dice < 0.92 THEN
                    DELETE FROM follows WHERE id IN (SELECT id FROM follows ORDER BY random() LIMIT 1);
                WHEN dice < 0.94 THEN
                    DELETE FROM messages WHERE id IN (SELECT id FROM messages ORDER BY random() LIMIT 1);
                WHEN dice < 0.95 THEN
                    DELETE FROM media WHERE id IN (SELECT id FROM media ORDER BY random() LIMIT 1);
                WHEN dice < 0.952 AND cardinality(users) > 6 THEN
                    DELETE FROM posts WHERE author_id = users[1];
                    DELETE FROM follows WHERE users[1] IN (follower_id, following_id);
                    DELETE FROM accounts WHERE id = users[1];
                    users := users[2:];
                WHEN dice < 0.955 THEN PERFORM recount_day((now_then AT TIME ZONE 'UTC')::date - 1);
                ELSE
                    PERFORM count_days(
                        now_then - random() * interval '10 minutes',
                        (ARRAY[interval '1 minute', interval '10 minutes', interval '1 hour'])[
                            1 + floor(random() * 3)::integer]);
                END CASE;
            END LOOP;
        END
        $$;
        """
}
