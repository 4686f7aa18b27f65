-- Shares and bookmarks of posts. A write of a share locks the post first, as every write that a post counts. Neither
-- changes who sees a post: lists ask for each viewer. Outcomes that refuse are the codes of DomainError.

-- Shares a post and counts it. Others than its author share only what all readers see. Its id and time are made with
-- the post locked, so that the order of a post's shares is that of the commits. Null, or the refusal.
CREATE OR REPLACE FUNCTION share_post(post uuid, actor uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    is_shareable boolean;
    share_id uuid;
BEGIN
    PERFORM FROM accounts WHERE id = actor AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN RETURN 'token_invalid'; END IF;
    PERFORM FROM posts WHERE id = post FOR NO KEY UPDATE;
    SELECT published_at IS NOT NULL AND (author_id = actor OR visibility = 'PUBLIC' AND NOT is_author_private)
    INTO is_shareable
    FROM visible_posts(actor) AS seen WHERE seen.id = post;
    IF NOT FOUND THEN RETURN 'post_not_found'; END IF;
    IF NOT is_shareable THEN RETURN 'post_not_public'; END IF;
    share_id := next_message_id(greatest(
        (SELECT id FROM shares WHERE post_id = post ORDER BY id DESC LIMIT 1),
        (SELECT id FROM shares WHERE user_id = actor ORDER BY id DESC LIMIT 1)));
    INSERT INTO shares (user_id, post_id, id, created_at)
    VALUES (actor, post, share_id, to_timestamp(uuid_milliseconds(share_id) / 1000.0)) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN 'post_already_shared'; END IF;
    UPDATE posts SET shares_count = shares_count + 1 WHERE id = post;
    RETURN NULL;
END
$$;

-- Ends a share and counts it, also of a post that the user does not see any more. Null, or the refusal.
CREATE OR REPLACE FUNCTION unshare_post(post uuid, actor uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM posts WHERE id = post FOR NO KEY UPDATE;
    DELETE FROM shares WHERE user_id = actor AND post_id = post;
    IF FOUND THEN
        UPDATE posts SET shares_count = shares_count - 1 WHERE id = post;
        RETURN NULL;
    END IF;
    RETURN CASE WHEN EXISTS (SELECT FROM visible_posts(actor) AS seen WHERE seen.id = post)
                THEN 'post_not_shared' ELSE 'post_not_found' END;
END
$$;

-- Ends some of the shares of a deleted account, and counts them. Returns how many; 0 if none are left.
CREATE OR REPLACE FUNCTION remove_some_shares(account uuid, maximum integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    chosen uuid[] := ARRAY(SELECT post_id FROM shares WHERE user_id = account ORDER BY post_id LIMIT maximum);
    removed integer;
BEGIN
    PERFORM FROM posts WHERE id = ANY (chosen) ORDER BY id FOR NO KEY UPDATE;
    WITH ended AS (
        DELETE FROM shares WHERE user_id = account AND post_id = ANY (chosen) RETURNING post_id
    ), changed AS (
        UPDATE posts SET shares_count = shares_count - 1 FROM ended WHERE id = ended.post_id
    )
    SELECT count(*) INTO removed FROM ended;
    RETURN removed;
END
$$;

-- Bookmarks a post, which is locked against its deletion alone: no counter changes. Null, or the refusal.
CREATE OR REPLACE FUNCTION bookmark_post(post uuid, actor uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    bookmark_id uuid;
BEGIN
    PERFORM FROM accounts WHERE id = actor AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN RETURN 'token_invalid'; END IF;
    PERFORM FROM posts WHERE id = post FOR KEY SHARE;
    IF NOT EXISTS (SELECT FROM visible_posts(actor) AS seen WHERE seen.id = post) THEN RETURN 'post_not_found'; END IF;
    bookmark_id := next_message_id((SELECT id FROM bookmarks WHERE user_id = actor ORDER BY id DESC LIMIT 1));
    INSERT INTO bookmarks (user_id, post_id, id, created_at)
    VALUES (actor, post, bookmark_id, to_timestamp(uuid_milliseconds(bookmark_id) / 1000.0)) ON CONFLICT DO NOTHING;
    RETURN CASE WHEN NOT FOUND THEN 'post_already_bookmarked' END;
END
$$;

-- Ends a bookmark, also of a post that the user does not see any more. Null, or the refusal.
CREATE OR REPLACE FUNCTION remove_bookmark(post uuid, actor uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM bookmarks WHERE user_id = actor AND post_id = post;
    IF FOUND THEN RETURN NULL; END IF;
    RETURN CASE WHEN EXISTS (SELECT FROM visible_posts(actor) AS seen WHERE seen.id = post)
                THEN 'post_not_bookmarked' ELSE 'post_not_found' END;
END
$$;
