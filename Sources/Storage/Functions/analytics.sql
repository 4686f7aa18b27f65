-- Counts of each day (S2-174). `count_days` counts the rows of the next minutes once: what it has counted lies before
-- `counted_until`. What changes there afterwards is a correction, which the trigger of the change writes.

CREATE OR REPLACE FUNCTION day_of(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT (moment AT TIME ZONE 'UTC')::date
$$;

CREATE OR REPLACE FUNCTION minute_of(moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT date_bin('1 minute', moment, '1970-01-01 00:00:00+00')
$$;

-- Every row that counts, as often as it counts: for its user, and as received for the author or user whom it concerns.
-- What is received from oneself does not count. One probe for each author, whatever the planner expects.
CREATE OR REPLACE VIEW counted_rows AS
    SELECT id AS user_id, 'registrations' AS kind, created_at FROM accounts
    UNION ALL SELECT author_id, 'posts', created_at FROM posts
    UNION ALL SELECT author_id, 'comments', created_at FROM comments
    UNION ALL SELECT user_id, 'likes', created_at FROM likes
    UNION ALL SELECT follower_id, 'follows', created_at FROM follows
    UNION ALL SELECT sender_id, 'messages', created_at FROM messages
    UNION ALL SELECT user_id, 'media', created_at FROM media
    UNION ALL SELECT post.author_id, 'likes_received', likes.created_at
        FROM likes CROSS JOIN LATERAL (SELECT author_id FROM posts WHERE id = likes.post_id LIMIT 1) AS post
        WHERE post.author_id <> likes.user_id
    UNION ALL SELECT post.author_id, 'comments_received', comments.created_at
        FROM comments CROSS JOIN LATERAL (SELECT author_id FROM posts WHERE id = comments.post_id LIMIT 1) AS post
        WHERE post.author_id <> comments.author_id
    UNION ALL SELECT following_id, 'followers', created_at FROM follows;

CREATE OR REPLACE FUNCTION correct_count(account uuid, its_kind text, moment timestamptz, its_change integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO count_corrections (minute, user_id, kind, change)
    VALUES (minute_of(moment), account, its_kind, its_change);
END
$$;

-- Corrects the counts for a row that was deleted, or a post that is inserted with an earlier time. The author of a post
-- that is deleted with its likes and comments is corrected by the post's own trigger.
CREATE OR REPLACE FUNCTION correct_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    author uuid;
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'posts' THEN
        IF TG_OP = 'INSERT' THEN
            PERFORM correct_count(new.author_id, 'posts', new.created_at, 1);
        ELSE
            PERFORM correct_count(old.author_id, 'posts', old.created_at, -1);
        END IF;
    WHEN 'comments' THEN
        PERFORM correct_count(old.author_id, 'comments', old.created_at, -1);
        SELECT author_id INTO author FROM posts WHERE id = old.post_id;
        IF author <> old.author_id THEN
            PERFORM correct_count(author, 'comments_received', old.created_at, -1);
        END IF;
    WHEN 'likes' THEN
        PERFORM correct_count(old.user_id, 'likes', old.created_at, -1);
        SELECT author_id INTO author FROM posts WHERE id = old.post_id;
        IF author <> old.user_id THEN
            PERFORM correct_count(author, 'likes_received', old.created_at, -1);
        END IF;
    WHEN 'follows' THEN
        PERFORM correct_count(old.follower_id, 'follows', old.created_at, -1);
        PERFORM correct_count(old.following_id, 'followers', old.created_at, -1);
    WHEN 'messages' THEN PERFORM correct_count(old.sender_id, 'messages', old.created_at, -1);
    WHEN 'media' THEN PERFORM correct_count(old.user_id, 'media', old.created_at, -1);
    WHEN 'accounts' THEN PERFORM correct_count(old.id, 'registrations', old.created_at, -1);
    END CASE;
    RETURN NULL;
END
$$;

-- Corrects what the author of a post has received, which is deleted with the post.
CREATE OR REPLACE FUNCTION correct_received_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO count_corrections (minute, user_id, kind, change)
    SELECT minute_of(created_at), old.author_id, 'likes_received', -count(*)
    FROM likes
    WHERE post_id = old.id AND user_id <> old.author_id AND created_at <= clock_timestamp() - interval '1 minute'
    GROUP BY 1
    UNION ALL
    SELECT minute_of(created_at), old.author_id, 'comments_received', -count(*)
    FROM comments
    WHERE post_id = old.id AND author_id <> old.author_id AND created_at <= clock_timestamp() - interval '1 minute'
    GROUP BY 1;
    RETURN old;
END
$$;

-- Whether a user did something on a day; what was received is no activity.
CREATE OR REPLACE FUNCTION is_active_day(counts daily_user_counts) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT counts.posts + counts.comments + counts.likes + counts.follows + counts.messages + counts.media > 0
$$;

-- Removes the days of an account that is deleted from the numbers of active users. Like `count_days` it locks the
-- account first, then the totals in the order of their days.
CREATE OR REPLACE FUNCTION forget_active_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    active date[];
BEGIN
    active := ARRAY(
        SELECT day FROM daily_user_counts AS counts WHERE user_id = old.id AND is_active_day(counts) ORDER BY day);
    PERFORM FROM daily_totals WHERE day = ANY (active) ORDER BY day FOR NO KEY UPDATE;
    UPDATE daily_totals SET active_users = active_users - 1 WHERE day = ANY (active);
    RETURN old;
END
$$;

-- Adds changes to the counts of users and to the totals. What concerns a deleted account changes the totals alone.
CREATE OR REPLACE FUNCTION add_counts(changes count_change[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    existing uuid[];
    days date[];
BEGIN
    existing := ARRAY(
        SELECT id FROM accounts WHERE id = ANY (ARRAY(SELECT DISTINCT user_id FROM unnest(changes)))
        ORDER BY id FOR KEY SHARE);
    days := ARRAY(SELECT DISTINCT day FROM unnest(changes) ORDER BY day);
    INSERT INTO daily_totals SELECT day, 0, 0, 0, 0, 0, 0, 0, 0 FROM unnest(days) AS day ON CONFLICT DO NOTHING;
    PERFORM FROM daily_totals WHERE day = ANY (days) ORDER BY day FOR NO KEY UPDATE;
    WITH total AS MATERIALIZED (
        SELECT day,
               coalesce(sum(change) FILTER (WHERE kind = 'registrations'), 0) AS registrations,
               coalesce(sum(change) FILTER (WHERE kind = 'posts'), 0) AS posts,
               coalesce(sum(change) FILTER (WHERE kind = 'comments'), 0) AS comments,
               coalesce(sum(change) FILTER (WHERE kind = 'likes'), 0) AS likes,
               coalesce(sum(change) FILTER (WHERE kind = 'follows'), 0) AS follows,
               coalesce(sum(change) FILTER (WHERE kind = 'messages'), 0) AS messages,
               coalesce(sum(change) FILTER (WHERE kind = 'media'), 0) AS media
        FROM unnest(changes)
        GROUP BY day
    ), own AS MATERIALIZED (
        SELECT user_id, day,
               coalesce(sum(change) FILTER (WHERE kind = 'posts'), 0) AS posts,
               coalesce(sum(change) FILTER (WHERE kind = 'comments'), 0) AS comments,
               coalesce(sum(change) FILTER (WHERE kind = 'likes'), 0) AS likes,
               coalesce(sum(change) FILTER (WHERE kind = 'follows'), 0) AS follows,
               coalesce(sum(change) FILTER (WHERE kind = 'messages'), 0) AS messages,
               coalesce(sum(change) FILTER (WHERE kind = 'media'), 0) AS media,
               coalesce(sum(change) FILTER (WHERE kind = 'likes_received'), 0) AS likes_received,
               coalesce(sum(change) FILTER (WHERE kind = 'comments_received'), 0) AS comments_received,
               coalesce(sum(change) FILTER (WHERE kind = 'followers'), 0) AS followers
        FROM unnest(changes)
        WHERE kind <> 'registrations' AND user_id = ANY (existing)
        GROUP BY user_id, day
    ), before AS MATERIALIZED (
        SELECT own.user_id, own.day, found.was_active
        FROM own CROSS JOIN LATERAL (
            SELECT is_active_day(counts) AS was_active FROM daily_user_counts AS counts
            WHERE counts.user_id = own.user_id AND counts.day = own.day LIMIT 1) AS found
    ), written AS (
        INSERT INTO daily_user_counts AS counts (
            user_id, day, posts, comments, likes, follows, messages, media, likes_received, comments_received,
            followers)
        SELECT * FROM own ORDER BY user_id, day
        ON CONFLICT (user_id, day) DO UPDATE
        SET posts = counts.posts + excluded.posts, comments = counts.comments + excluded.comments,
            likes = counts.likes + excluded.likes, follows = counts.follows + excluded.follows,
            messages = counts.messages + excluded.messages, media = counts.media + excluded.media,
            likes_received = counts.likes_received + excluded.likes_received,
            comments_received = counts.comments_received + excluded.comments_received,
            followers = counts.followers + excluded.followers
        RETURNING user_id, day, is_active_day(counts) AS is_active
    ), turned AS (
        SELECT day, sum(is_active::integer - coalesce(was_active, false)::integer) AS change
        FROM written LEFT JOIN before USING (user_id, day)
        GROUP BY day
    )
    UPDATE daily_totals AS kept
    SET registrations = kept.registrations + total.registrations, posts = kept.posts + total.posts,
        comments = kept.comments + total.comments, likes = kept.likes + total.likes,
        follows = kept.follows + total.follows, messages = kept.messages + total.messages,
        media = kept.media + total.media, active_users = kept.active_users + coalesce(turned.change, 0)
    FROM total LEFT JOIN turned ON turned.day = total.day
    WHERE kept.day = total.day;
END
$$;

-- Counts the rows of the next time, at most `step` long and at most until `latest`, and the corrections of what was
-- counted before. Returns whether more is left. Runs at the same time follow each other.
--
-- Rows and corrections are read by one statement: of a deleted row it sees either the row or the correction. It reads
-- no minute that a writing transaction may still add a row to, or delete one from without a correction: none of the
-- last minute, and none after a minute before the oldest transaction that writes.
CREATE OR REPLACE FUNCTION count_days(latest timestamptz, step interval) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
    target timestamptz;
    upto timestamptz;
    changes count_change[];
BEGIN
    SELECT counted_until INTO since FROM count_progress FOR UPDATE;
    target := minute_of(least(latest, now() - interval '1 minute', (
        SELECT min(xact_start) - interval '1 minute' FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid())));
    upto := greatest(since, least(target, since + step));
    -- Planned for each call: a plan that was made while the tables were empty would read whole indexes later.
    EXECUTE $statement$
        WITH superfluous AS (
            -- Of rows that this statement would see if they were not deleted.
            DELETE FROM count_corrections WHERE minute >= $1 AND minute < $2
        ), taken AS (
            DELETE FROM count_corrections
            WHERE (minute, id) IN (
                SELECT minute, id FROM count_corrections WHERE minute < $1 ORDER BY minute, id LIMIT 20000)
            RETURNING user_id, day_of(minute) AS day, kind, change
        ), changed AS (
            SELECT user_id, day_of(created_at) AS day, kind, count(*) AS change
            FROM counted_rows
            WHERE created_at >= $1 AND created_at < $2
            GROUP BY 1, 2, 3
            UNION ALL
            SELECT user_id, day, kind, sum(change) FROM taken GROUP BY 1, 2, 3
        )
        SELECT array_agg(ROW (user_id, day, kind, change)::count_change) FROM changed
    $statement$ INTO changes USING since, upto;
    IF changes IS NOT NULL THEN PERFORM add_counts(changes); END IF;
    UPDATE count_progress SET counted_until = upto WHERE counted_until <> upto;
    RETURN upto < target OR EXISTS (SELECT FROM count_corrections WHERE minute < upto);
END
$$;

-- Counts the rows of a day again, as far as they were counted. For repairs: it reads all of the day.
CREATE OR REPLACE FUNCTION recount_day(its_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := its_day::timestamp AT TIME ZONE 'UTC';
    upto timestamptz;
    changes count_change[];
BEGIN
    SELECT least(counted_until, since + interval '1 day') INTO upto FROM count_progress FOR UPDATE;
    WITH superfluous AS (
        DELETE FROM count_corrections WHERE minute >= since AND minute < upto
    )
    SELECT array_agg(ROW (user_id, its_day, kind, change)::count_change) INTO changes
    FROM (
        SELECT user_id, kind, count(*) AS change FROM counted_rows
        WHERE created_at >= since AND created_at < upto
        GROUP BY user_id, kind
    ) AS counted;
    -- All accounts before the totals, as `forget_active_days` does.
    PERFORM FROM accounts
    WHERE id = ANY (ARRAY(
        SELECT user_id FROM unnest(changes) UNION SELECT user_id FROM daily_user_counts WHERE day = its_day))
    ORDER BY id FOR KEY SHARE;
    DELETE FROM daily_totals WHERE day = its_day;
    DELETE FROM daily_user_counts WHERE day = its_day;
    IF changes IS NOT NULL THEN PERFORM add_counts(changes); END IF;
END
$$;
