-- Summaries of groups of notifications: what invalidates them, and how they are computed again (decision 52).
--
-- A change is inserted by the statement that makes it, whether or not there is a notification, so that a notification
-- that is created at the same moment cannot miss it: creating one invalidates its group too. Look-ups are lateral with
-- a limit, so that a plan that was made on empty tables uses the keys.

-- The receivers of likes of posts. A post that is deleted with its likes has a trigger of its own.
CREATE OR REPLACE FUNCTION invalidate_ended_likes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, group_id)
    SELECT author_id, post_id
    FROM (SELECT DISTINCT post_id FROM changed) AS ended CROSS JOIN LATERAL (
        SELECT author_id FROM posts WHERE id = post_id LIMIT 1
    ) AS post;
    RETURN NULL;
END
$$;

-- A like of a user who liked the post before shows the notification of that time again. Most likes are of users of whom
-- the author has no notification, or will get a new one, which invalidates the group anyway.
CREATE OR REPLACE FUNCTION invalidate_renewed_likes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, group_id)
    SELECT DISTINCT author_id, post_id
    FROM changed CROSS JOIN LATERAL (SELECT author_id FROM posts WHERE id = post_id LIMIT 1) AS post
    WHERE (SELECT EXISTS (
        SELECT FROM notifications WHERE actor_id = changed.user_id AND notifications.user_id = author_id));
    RETURN NULL;
END
$$;

-- The post's author, and the authors of the comments that were answered: each deleted comment may have been one. If the
-- post is deleted too, it shows none of them.
CREATE OR REPLACE FUNCTION invalidate_deleted_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, group_id)
    SELECT receiver, post_id
    FROM (SELECT DISTINCT post_id FROM changed) AS of_post CROSS JOIN LATERAL (
        SELECT author_id FROM posts WHERE id = post_id LIMIT 1
    ) AS post CROSS JOIN LATERAL (
        SELECT post.author_id AS receiver
        UNION
        SELECT author_id FROM changed WHERE changed.post_id = of_post.post_id
        UNION
        SELECT parent.author_id
        FROM changed CROSS JOIN LATERAL (SELECT author_id FROM comments WHERE id = changed.parent_id LIMIT 1) AS parent
        WHERE changed.post_id = of_post.post_id
    ) AS receivers;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION invalidate_deleted_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, group_id) SELECT author_id, id FROM changed;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION invalidate_mentions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, group_id) SELECT DISTINCT user_id, post_id FROM changed;
    RETURN NULL;
END
$$;

-- Follows are one group, whose id is that of the followed user. A new follow shows a notification again only if there
-- is one of that follower.
CREATE OR REPLACE FUNCTION invalidate_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed follows := CASE TG_OP WHEN 'DELETE' THEN old ELSE new END;
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT FROM notifications WHERE actor_id = changed.follower_id AND user_id = changed.following_id)
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO inbox_changes (user_id, group_id) VALUES (changed.following_id, changed.following_id);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION invalidate_deleted_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, entity_id)
    SELECT receiver_id, id FROM changed WHERE NOT is_hidden_from_receiver;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION invalidate_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, entity_id) VALUES (new.receiver_id, new.id);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION invalidate_block() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed blocks := CASE TG_OP WHEN 'DELETE' THEN old ELSE new END;
BEGIN
    INSERT INTO inbox_changes (user_id, actor_id)
    VALUES (changed.blocker_id, changed.blocked_id), (changed.blocked_id, changed.blocker_id);
    RETURN NULL;
END
$$;

-- Everyone who has notifications that the account caused. The lock waits for those that are being created, and such as
-- begin later find the account changed.
CREATE OR REPLACE FUNCTION invalidate_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(new.id::text, 8));
    INSERT INTO inbox_changes (user_id, actor_id)
    SELECT DISTINCT user_id, new.id FROM notifications WHERE actor_id = new.id;
    RETURN NULL;
END
$$;

-- Notifications that were read, or whose actor is forgotten; a digest changes others, which look the same.
CREATE OR REPLACE FUNCTION invalidate_notifications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, group_id)
    SELECT DISTINCT user_id, group_id FROM changed
    WHERE group_id IS NOT NULL AND (read_at IS NOT NULL OR actor_id IS NULL);
    RETURN NULL;
END
$$;

-- None for an account that is deleted with its inbox.
CREATE OR REPLACE FUNCTION invalidate_deleted_notifications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_changes (user_id, group_id)
    SELECT user_id, group_id
    FROM (SELECT DISTINCT user_id, group_id FROM changed WHERE group_id IS NOT NULL) AS deleted
    WHERE (SELECT EXISTS (SELECT FROM accounts WHERE id = user_id));
    RETURN NULL;
END
$$;

-- Invalidates the summaries that a user's changes concern, and deletes the changes. Locks the inbox: a change that
-- commits meanwhile is kept.
CREATE OR REPLACE FUNCTION apply_inbox_changes(reader uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_inbox(reader);
    WITH taken AS MATERIALIZED (
        DELETE FROM inbox_changes WHERE user_id = reader RETURNING group_id, actor_id, entity_id
    ), changed AS MATERIALIZED (
        SELECT group_id FROM taken WHERE group_id IS NOT NULL
        UNION
        SELECT found.group_id
        FROM (SELECT DISTINCT actor_id FROM taken WHERE actor_id IS NOT NULL) AS actor CROSS JOIN LATERAL (
            SELECT DISTINCT group_id FROM notifications
            WHERE notifications.actor_id = actor.actor_id AND user_id = reader
        ) AS found
        UNION
        -- An entity may be a user too, whom a block hides.
        SELECT found.group_id
        FROM (SELECT DISTINCT coalesce(entity_id, actor_id) AS id FROM taken WHERE group_id IS NULL) AS entity
            CROSS JOIN LATERAL (
                SELECT DISTINCT group_id FROM notifications WHERE user_id = reader AND entity_id = entity.id
            ) AS found
    )
    UPDATE notification_groups SET unread = NULL
    WHERE user_id = reader AND group_id = ANY (ARRAY(SELECT group_id FROM changed)) AND unread IS NOT NULL;
END
$$;

-- Computes the invalid summaries of a user's groups: of each group from the newest notifications whose cause exists and
-- whose actor is not hidden, at most `most_counted`. Whether the user sees the post is asked when the group is listed.
-- Nothing is lost if the commit is, so that it does not wait for the disk.
CREATE OR REPLACE FUNCTION refresh_inbox(reader uuid, most_counted integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    hidden uuid[];
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM apply_inbox_changes(reader);
    hidden := ARRAY(SELECT hidden_id FROM hidden_users WHERE viewer_id = reader);
    UPDATE notification_groups AS listed
    SET unread = fresh.unread, actors = fresh.actors, newest_id = fresh.id, actor_id = fresh.actor_id,
        entity_id = CASE WHEN (fresh.entity_id = ANY (hidden)) IS NOT TRUE THEN fresh.entity_id END,
        title = fresh.title, body = fresh.body, created_at = fresh.created_at, read_at = fresh.read_at,
        needs_post = fresh.needs_post IS TRUE
    FROM notification_groups AS stale CROSS JOIN LATERAL (
        SELECT (array_agg(id))[1] AS id, (array_agg(newest.actor_id))[1] AS actor_id,
               (array_agg(newest.entity_id))[1] AS entity_id, (array_agg(newest.title))[1] AS title,
               (array_agg(newest.body))[1] AS body, (array_agg(newest.created_at))[1] AS created_at,
               (array_agg(newest.read_at))[1] AS read_at,
               (array_agg(obsolescence IN ('comment_hidden', 'mention_ended')))[1] AS needs_post,
               count(DISTINCT newest.actor_id) AS actors,
               CASE WHEN count(*) = most_counted AND count(newest.read_at) = most_counted
                    THEN has_older_unread(reader, stale.group_id, stale.kind, hidden)::integer
                    ELSE count(*) - count(newest.read_at) END AS unread
        FROM (
            SELECT shown.*
            FROM notifications AS shown
                CROSS JOIN LATERAL existing_cause(obsolescence, user_id, shown.actor_id, shown.entity_id)
            WHERE user_id = reader AND group_id = stale.group_id AND kind = stale.kind
              AND (shown.actor_id = ANY (hidden)) IS NOT TRUE
            ORDER BY shown.created_at DESC LIMIT most_counted
        ) AS newest
    ) AS fresh
    WHERE stale.user_id = reader AND stale.unread IS NULL
      AND listed.user_id = reader AND listed.group_id = stale.group_id AND listed.kind = stale.kind;
END
$$;
