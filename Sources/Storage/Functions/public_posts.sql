-- What makes cached pages of posts invalid (docs/decisions/0044). The API renews the cache itself after a commit; these
-- jobs are for an API that dies before, and for writes of workers. One row for each write: a key that allows one
-- waiting job would let a write find the job of another that is being run, and rely on a renewal that came before its
-- commit.

-- Enqueues the job that renews the cache. Not by `outbox_rows`, which is planned at every call with an id that is made
-- here [44 µs against 450].
CREATE OR REPLACE FUNCTION enqueue_public_posts() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (id, queue, kind, payload)
    VALUES (gen_random_uuid(), 'notifications', 'renew-public-posts', '{}');
END
$$;

-- The trigger of posts that strangers see, or saw, and that change. Counters do not fire it, and of a new post
-- `push-to-timelines` renews the cache.
CREATE OR REPLACE FUNCTION public_post_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enqueue_public_posts();
    RETURN NULL;
END
$$;

-- The trigger of statements that delete posts. The posts of an account that is not active are hidden already. One probe
-- for each post, whatever the planner expects of the deleted ones.
CREATE OR REPLACE FUNCTION public_posts_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM deleted CROSS JOIN LATERAL (SELECT is_active FROM accounts WHERE id = author_id LIMIT 1) AS author
        WHERE visibility = 'PUBLIC' AND published_at IS NOT NULL AND is_active)
    THEN
        PERFORM enqueue_public_posts();
    END IF;
    RETURN NULL;
END
$$;

-- The trigger of what lists show of a user. Without a public post it changes nothing. An account may be closed while
-- its first post is committed: the other changes wait for the rows that a new post locks.
CREATE OR REPLACE FUNCTION public_author_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.is_active <> old.is_active
        OR EXISTS (SELECT FROM profiles WHERE user_id = new.user_id AND public_posts_count > 0)
    THEN
        PERFORM enqueue_public_posts();
    END IF;
    RETURN NULL;
END
$$;
