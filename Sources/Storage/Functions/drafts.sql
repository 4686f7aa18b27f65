-- Drafts, scheduled posts, and versions of posts. A draft is locked before the row of its post is written, its job's
-- row last. Outcomes that refuse are the codes of DomainError.

-- A draft with its author: the columns of the reader `Draft`. A new column comes last.
CREATE OR REPLACE VIEW draft_entries AS
    SELECT id, author_id, username, first_name, last_name, avatar_media_id, avatar_url, content,
           to_jsonb(media_urls) AS media_urls, media_type, visibility, publish_at, post_id, version, created_at,
           updated_at
    FROM drafts CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_id = drafts.author_id LIMIT 1) AS card;

-- The job of a scheduled post, due at its time by PostgreSQL's clock. One that is not pushed to Redis yet is due ninety
-- seconds before: the sweep, which runs every few seconds, finds it in time, and the job waits in Redis for the rest.
CREATE OR REPLACE FUNCTION jobs_due(due timestamptz, jobs jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(job || jsonb_build_object(
        'delay', greatest(0, ceil(extract(epoch FROM rest - CASE
            WHEN rest > interval '2 minutes' THEN interval '90 seconds' ELSE interval '0' END) * 1000))::bigint))
    FROM jsonb_array_elements(jobs) AS job, (SELECT due - now() AS rest) AS time
$$;

-- Creates a draft, of which an account has at most a hundred, once for each key; `keyed` is the id that its request and
-- a repetition get, null for the draft's own. With a time it is a scheduled post, and enqueues the one job that
-- publishes it. The outcome is created, repeated, or a refusal.
CREATE OR REPLACE FUNCTION create_draft(
    author uuid, post_content text, urls text[], type_of_media text, post_visibility text, due timestamptz,
    reserved uuid, jobs jsonb, keyed uuid, client_key text, client_digest bytea)
RETURNS TABLE (outcome text, id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known record;
    draft uuid;
BEGIN
    known := find_keyed_request(author, client_key, client_digest);
    IF known.refusal IS NOT NULL OR known.entity IS NOT NULL THEN
        RETURN QUERY SELECT coalesce(known.refusal, 'repeated'), known.entity;
        RETURN;
    END IF;
    PERFORM FROM accounts WHERE accounts.id = author AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'token_invalid', NULL::uuid;
        RETURN;
    END IF;
    -- So that two requests do not both count ninety-nine, and ids follow the commits.
    PERFORM FROM profiles WHERE user_id = author FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM drafts WHERE author_id = author) >= 100 THEN
        RETURN QUERY SELECT 'too_many_drafts', NULL::uuid;
        RETURN;
    END IF;
    draft := next_message_id((SELECT id FROM drafts WHERE author_id = author ORDER BY id DESC LIMIT 1));
    INSERT INTO drafts (
        author_id, id, content, media_urls, media_type, visibility, publish_at, post_id, job_id, created_at, updated_at)
    VALUES (author, draft, post_content, urls, type_of_media, post_visibility, due, reserved,
            CASE WHEN due IS NOT NULL THEN (jobs -> 0 ->> 'id')::uuid END, clock_timestamp(), clock_timestamp());
    PERFORM record_keyed_request(author, client_key, client_digest, coalesce(keyed, draft));
    IF due IS NOT NULL THEN INSERT INTO outbox SELECT * FROM outbox_rows(jobs_due(due, jobs)); END IF;
    RETURN QUERY SELECT 'created', coalesce(keyed, draft);
END
$$;

-- Locks a draft of an author, named by its id or as a scheduled post by the id that it will have. Returns a row without
-- an id if there is none.
CREATE OR REPLACE FUNCTION lock_draft(author uuid, draft uuid, scheduled uuid) RETURNS drafts LANGUAGE plpgsql AS $$
DECLARE
    found_draft drafts;
BEGIN
    SELECT * INTO found_draft FROM drafts
    WHERE author_id = author AND (id = draft OR post_id = scheduled) FOR UPDATE;
    RETURN found_draft;
END
$$;

-- Writes the given members of a draft and keeps every other value. Another time gives a scheduled post the id
-- `reserved` and the one of `jobs`; null withdraws it from the schedule. `expected`: the versions that the author may
-- have seen; null for any. The refusal is null if it was written.
CREATE OR REPLACE FUNCTION update_draft(
    author uuid, draft uuid, scheduled uuid, changes jsonb, reserved uuid, jobs jsonb, expected integer[])
RETURNS TABLE (refusal text, id uuid, is_moved boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    before drafts := lock_draft(author, draft, scheduled);
    due timestamptz := CASE WHEN changes ? 'publish_at' THEN (changes ->> 'publish_at')::timestamptz
                            ELSE before.publish_at END;
    moved boolean := due IS DISTINCT FROM before.publish_at;
BEGIN
    IF before.id IS NULL THEN
        RETURN QUERY SELECT 'draft_not_found', NULL::uuid, false;
        RETURN;
    END IF;
    IF NOT before.version = ANY (expected) THEN
        RETURN QUERY SELECT 'precondition_failed', NULL::uuid, false;
        RETURN;
    END IF;
    UPDATE drafts
    SET content = coalesce(changes ->> 'content', content),
        media_urls = CASE WHEN changes ? 'media_urls'
                          THEN ARRAY(SELECT jsonb_array_elements_text(changes -> 'media_urls')) ELSE media_urls END,
        media_type = CASE WHEN changes ? 'media_type' THEN changes ->> 'media_type' ELSE media_type END,
        visibility = coalesce(changes ->> 'visibility', visibility),
        publish_at = due,
        post_id = CASE WHEN NOT moved THEN post_id WHEN due IS NOT NULL THEN reserved END,
        job_id = CASE WHEN NOT moved THEN job_id WHEN due IS NOT NULL THEN (jobs -> 0 ->> 'id')::uuid END,
        updated_at = clock_timestamp(), version = version + 1
    WHERE author_id = author AND drafts.id = before.id;
    IF moved THEN
        -- A repetition of the request that scheduled it finds it under its new id.
        UPDATE idempotency_keys SET message_id = coalesce(reserved, message_id)
        WHERE user_id = author AND message_id = before.post_id;
        DELETE FROM outbox WHERE outbox.id = before.job_id;
        IF due IS NOT NULL THEN INSERT INTO outbox SELECT * FROM outbox_rows(jobs_due(due, jobs)); END IF;
    END IF;
    RETURN QUERY SELECT NULL::text, before.id, moved AND due IS NOT NULL;
END
$$;

-- Deletes a draft, named as for `lock_draft`, and the job that would publish it. Null, or the refusal.
CREATE OR REPLACE FUNCTION delete_draft(author uuid, draft uuid, scheduled uuid, expected integer[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    before drafts := lock_draft(author, draft, scheduled);
BEGIN
    IF before.id IS NULL THEN RETURN 'draft_not_found'; END IF;
    IF NOT before.version = ANY (expected) THEN RETURN 'precondition_failed'; END IF;
    DELETE FROM drafts WHERE author_id = author AND id = before.id;
    DELETE FROM outbox WHERE id = before.job_id;
    RETURN NULL;
END
$$;

-- Publishes a draft, named as for `lock_draft`, as `create_posts` does, and ends it with its job: at once, or as a
-- scheduled post under the id that was reserved and not before its time. `jobs` were made for one version of the draft.
-- The outcome is created, repeated (under the same key), changed (the draft has another version), early, or a refusal;
-- token_invalid if the account is closed or deactivated.
CREATE OR REPLACE FUNCTION publish_draft(
    author uuid, draft uuid, scheduled uuid, known_version integer, provisional uuid, jobs jsonb, client_key text,
    client_digest bytea)
RETURNS TABLE (outcome text, id uuid, remaining_milliseconds bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known record;
    before drafts;
    created uuid;
BEGIN
    known := find_keyed_request(author, client_key, client_digest);
    IF known.refusal IS NOT NULL OR known.entity IS NOT NULL THEN
        RETURN QUERY SELECT coalesce(known.refusal, 'repeated'), known.entity, 0::bigint;
        RETURN;
    END IF;
    before := lock_draft(author, draft, scheduled);
    IF before.id IS NULL THEN
        RETURN QUERY SELECT 'draft_not_found', NULL::uuid, 0::bigint;
        RETURN;
    END IF;
    IF before.version <> known_version THEN
        RETURN QUERY SELECT 'changed', NULL::uuid, 0::bigint;
        RETURN;
    END IF;
    IF scheduled IS NOT NULL AND before.publish_at > clock_timestamp() THEN
        RETURN QUERY
            SELECT 'early', NULL::uuid,
                   ceil(extract(epoch FROM before.publish_at - clock_timestamp()) * 1000)::bigint;
        RETURN;
    END IF;
    SELECT post.id INTO created
    FROM create_posts(jsonb_build_array(jsonb_build_object(
        'author', author, 'content', before.content, 'urls', before.media_urls, 'type', before.media_type,
        'visibility', before.visibility, 'provisional', provisional, 'jobs', jobs, 'reserved', scheduled))) AS post;
    IF created IS NULL THEN
        RETURN QUERY SELECT 'token_invalid', NULL::uuid, 0::bigint;
        RETURN;
    END IF;
    DELETE FROM drafts WHERE author_id = author AND drafts.id = before.id;
    PERFORM record_keyed_request(author, client_key, client_digest, created);
    DELETE FROM outbox WHERE outbox.id = before.job_id;
    RETURN QUERY SELECT 'created', created, 0::bigint;
END
$$;

-- Deletes the drafts of a deleted account, and the jobs that would publish them.
CREATE OR REPLACE FUNCTION remove_drafts(account uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- First: the statement after a wait sees the job of a schedule that was changed meanwhile.
    PERFORM FROM drafts WHERE author_id = account ORDER BY id FOR UPDATE;
    WITH removed AS (
        DELETE FROM drafts WHERE author_id = account RETURNING job_id
    )
    DELETE FROM outbox USING removed WHERE id = job_id;
END
$$;

-- Keeps a post as it was before its text or files changed, and of these versions the newest fifty. The post is locked.
CREATE OR REPLACE FUNCTION keep_post_version(before posts) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO post_versions (post_id, number, content, media_urls, created_at)
    VALUES (before.id, before.version, before.content, before.media_urls,
            coalesce(before.edited_at, before.created_at));
    DELETE FROM post_versions
    WHERE post_id = before.id AND number <= (
        SELECT number FROM post_versions WHERE post_id = before.id ORDER BY number DESC OFFSET 50 LIMIT 1);
END
$$;

-- The versions of a post, the newest first: the post itself, and what was kept of it.
CREATE OR REPLACE VIEW post_version_entries AS
    SELECT id AS post_id, version AS number, content, media_urls, coalesce(edited_at, created_at) AS created_at,
           true AS is_current
    FROM posts
    UNION ALL
    SELECT post_id, number, content, media_urls, created_at, false FROM post_versions;
