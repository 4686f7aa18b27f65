-- Comments. Every write locks the post first. Outcomes that refuse are the codes of DomainError.

-- A comment with its author: the columns of the reader `Comment`, and what visibility asks. A new column comes last.
CREATE OR REPLACE VIEW comment_entries AS
    SELECT comments.id, author_id, username, first_name, last_name, avatar_media_id, avatar_url, post_id, parent_id,
           content, created_at, updated_at, is_active AS is_author_active, edited_at, version
    FROM comments CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_id = comments.author_id LIMIT 1) AS card;

-- The comments that a viewer (null: without a login) sees of posts that the viewer sees: those of active users who hide
-- nothing from the viewer. Whether the post is seen is for the statement to ask, once for all of its comments.
CREATE OR REPLACE FUNCTION visible_comments(viewer uuid) RETURNS SETOF comment_entries LANGUAGE sql STABLE AS $$
    SELECT * FROM comment_entries AS comment
    WHERE is_author_active
      AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = viewer AND hidden_id = comment.author_id)
$$;

-- Locks the post of a comment. Returns the comment as it then is, with no id if there is none that the user sees.
CREATE OR REPLACE FUNCTION lock_comment(comment uuid, actor uuid) RETURNS comments LANGUAGE plpgsql AS $$
DECLARE
    found_comment comments;
BEGIN
    PERFORM FROM posts WHERE id = (SELECT post_id FROM comments WHERE id = comment) FOR NO KEY UPDATE;
    SELECT * INTO found_comment FROM comments
    WHERE id = comment
      AND EXISTS (SELECT FROM visible_comments(actor) AS seen WHERE seen.id = comment)
      AND EXISTS (SELECT FROM visible_posts(actor) AS post WHERE post.id = comments.post_id);
    RETURN found_comment;
END
$$;

-- Comments on a post, or replies to a comment, and counts it. Its id and time are made with the post locked, so that
-- their order is that of the commits. Notifies the author of the post by the job `comment`, and of the comment that is
-- answered by the job `reply`, which wins if they are one; not the author of the comment. `others`, an array of jobs,
-- name the comment by the provisional id. The outcome is null, or a refusal; with the receivers of the two jobs that
-- were enqueued.
CREATE OR REPLACE FUNCTION create_comment(
    author uuid, post uuid, parent uuid, comment_content text, provisional uuid, jobs jsonb)
RETURNS TABLE (outcome text, id uuid, commented uuid, answered uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    comment_id uuid;
    parent_row comments;
    post_author uuid;
    created timestamptz;
BEGIN
    PERFORM FROM accounts WHERE accounts.id = author AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'token_invalid', NULL::uuid, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;
    IF parent IS NOT NULL THEN
        parent_row := lock_comment(parent, author);
        IF parent_row.id IS NULL THEN
            RETURN QUERY SELECT 'comment_not_found', NULL::uuid, NULL::uuid, NULL::uuid;
            RETURN;
        END IF;
        post := parent_row.post_id;
    ELSE
        PERFORM FROM posts WHERE posts.id = post FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM visible_posts(author) AS seen WHERE seen.id = post) THEN
            RETURN QUERY SELECT 'post_not_found', NULL::uuid, NULL::uuid, NULL::uuid;
            RETURN;
        END IF;
    END IF;
    comment_id := next_message_id((SELECT id FROM comments WHERE post_id = post ORDER BY id DESC LIMIT 1));
    created := to_timestamp(uuid_milliseconds(comment_id) / 1000.0);
    INSERT INTO comments (id, post_id, author_id, parent_id, content, created_at, updated_at)
    VALUES (comment_id, post, author, parent, comment_content, created, created);
    UPDATE posts SET comments_count = comments_count + 1 WHERE posts.id = post RETURNING author_id INTO post_author;
    IF parent_row.author_id <> author THEN
        answered := parent_row.author_id;
        PERFORM enqueue_notice(answered, comment_id, jobs -> 'reply');
    END IF;
    IF post_author <> author AND post_author IS DISTINCT FROM answered THEN
        commented := post_author;
        PERFORM enqueue_notice(commented, comment_id, jobs -> 'comment');
    END IF;
    IF jobs ? 'others' THEN
        INSERT INTO outbox SELECT * FROM outbox_rows(jobs_naming(comment_id, provisional, jobs -> 'others'));
    END IF;
    RETURN QUERY SELECT NULL::text, comment_id, commented, answered;
END
$$;

-- Changes the text of a comment, and enqueues `jobs`. Null, or the refusal. `expected`: the versions that the author
-- may have seen; null for any.
CREATE OR REPLACE FUNCTION update_comment(
    comment uuid, actor uuid, comment_content text, jobs jsonb, expected integer[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    target comments := lock_comment(comment, actor);
BEGIN
    IF target.id IS NULL THEN RETURN 'comment_not_found'; END IF;
    IF target.author_id <> actor THEN RETURN 'comment_not_yours'; END IF;
    IF NOT target.version = ANY (expected) THEN RETURN 'precondition_failed'; END IF;
    UPDATE comments
    SET content = comment_content, updated_at = now(), version = version + 1,
        edited_at = CASE WHEN content <> comment_content THEN now() ELSE edited_at END
    WHERE id = comment;
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs);
    RETURN NULL;
END
$$;

-- Deletes comments of one locked post with all their replies, and counts them. Returns how many.
CREATE OR REPLACE FUNCTION remove_comments(post uuid, chosen uuid[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    removed integer;
BEGIN
    -- Deleted together: a cascade would not say how many.
    WITH RECURSIVE subtree AS (
        SELECT id FROM comments WHERE id = ANY (chosen)
        UNION
        SELECT comments.id FROM subtree JOIN comments ON comments.parent_id = subtree.id
    ), deleted AS (
        DELETE FROM comments WHERE id IN (SELECT id FROM subtree) RETURNING id
    )
    SELECT count(*) INTO removed FROM deleted;
    UPDATE posts SET comments_count = comments_count - removed WHERE id = post;
    RETURN removed;
END
$$;

-- Deletes a comment with its replies: its author, the author of the post and moderators may, whose deletion is logged.
-- Null, or the refusal. `expected`: as for `update_comment`.
CREATE OR REPLACE FUNCTION delete_comment(comment uuid, actor uuid, expected integer[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    target comments := lock_comment(comment, actor);
    is_moderated boolean;
BEGIN
    IF target.id IS NULL THEN RETURN 'comment_not_found'; END IF;
    is_moderated := target.author_id <> actor
        AND NOT EXISTS (SELECT FROM posts WHERE id = target.post_id AND author_id = actor);
    IF is_moderated AND NOT has_role(actor, 'MODERATOR', 'ADMIN') THEN
        RETURN 'comment_not_yours';
    END IF;
    IF NOT target.version = ANY (expected) THEN RETURN 'precondition_failed'; END IF;
    PERFORM remove_comments(target.post_id, ARRAY[comment]);
    IF is_moderated THEN
        PERFORM record_audit(
            actor, 'delete_comment', NULL, target.author_id, NULL, jsonb_build_object('commentId', comment));
    END IF;
    RETURN NULL;
END
$$;

-- Deletes some of the comments of a deleted account, all of one post at a time, with the replies of others. Returns how
-- many; 0 if none are left.
CREATE OR REPLACE FUNCTION remove_some_comments(account uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    post uuid := (SELECT post_id FROM comments WHERE author_id = account ORDER BY author_id LIMIT 1);
BEGIN
    IF post IS NULL THEN RETURN 0; END IF;
    PERFORM FROM posts WHERE id = post FOR NO KEY UPDATE;
    RETURN remove_comments(post, ARRAY(SELECT id FROM comments WHERE author_id = account AND post_id = post));
END
$$;
