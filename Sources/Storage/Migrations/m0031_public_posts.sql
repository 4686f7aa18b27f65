-- Pages of posts are cached for readers without a login. Writes that change what these see enqueue a job that makes the
-- cache invalid, for a process that dies before it does so.

-- As in Functions/public_posts.sql at that time.
CREATE FUNCTION enqueue_public_posts() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (id, queue, kind, payload)
    VALUES (gen_random_uuid(), 'notifications', 'renew-public-posts', '{}');
END
$$;

CREATE FUNCTION public_post_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enqueue_public_posts();
    RETURN NULL;
END
$$;

CREATE FUNCTION public_posts_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION public_author_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.is_active <> old.is_active
        OR EXISTS (SELECT FROM profiles WHERE user_id = new.user_id AND public_posts_count > 0)
    THEN
        PERFORM enqueue_public_posts();
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER posts_public_changed AFTER UPDATE OF content, media_urls, media_type, visibility, published_at ON posts
    FOR EACH ROW
    WHEN ((old.visibility = 'PUBLIC' AND old.published_at IS NOT NULL
           OR new.visibility = 'PUBLIC' AND new.published_at IS NOT NULL)
          AND (old.content, old.media_urls, old.media_type, old.visibility, old.published_at)
              IS DISTINCT FROM (new.content, new.media_urls, new.media_type, new.visibility, new.published_at))
    EXECUTE FUNCTION public_post_changed();

CREATE TRIGGER posts_public_deleted AFTER DELETE ON posts REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION public_posts_deleted();

CREATE TRIGGER user_cards_public_author AFTER UPDATE ON user_cards FOR EACH ROW
    WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION public_author_changed();
