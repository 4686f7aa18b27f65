-- Idempotency keys of clients: a request that is sent again under its key creates nothing again.

-- Looks up a client's key (null: none) before its request creates a row. A concurrent request with the same key waits
-- here for the first. `refusal` if the key was used for another request, `entity` is the id of what the first one
-- created. The column `message_id` has the name of what was the first to have keys.
CREATE OR REPLACE FUNCTION find_keyed_request(
    client uuid, client_key text, client_digest bytea, OUT refusal text, OUT entity uuid)
LANGUAGE plpgsql AS $$
DECLARE
    known idempotency_keys;
BEGIN
    IF client_key IS NULL THEN RETURN; END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(client::text || client_key, 6));
    SELECT * INTO known FROM idempotency_keys WHERE user_id = client AND key = client_key;
    IF known.digest <> client_digest THEN
        refusal := 'idempotency_key_reused';
    ELSE
        entity := known.message_id;
    END IF;
END
$$;

-- Records what the request under a key (null: none) has created.
CREATE OR REPLACE FUNCTION record_keyed_request(
    client uuid, client_key text, client_digest bytea, entity uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF client_key IS NULL THEN RETURN; END IF;
    INSERT INTO idempotency_keys (user_id, key, digest, message_id)
    VALUES (client, client_key, client_digest, entity);
END
$$;

-- Takes the locks of several requests' keys, in one order, before those of the rows that they write.
CREATE OR REPLACE FUNCTION lock_request_keys(requests jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(lock)
    FROM (
        SELECT DISTINCT hashtextextended((request ->> 'author') || (request ->> 'key'), 6) AS lock
        FROM jsonb_array_elements(requests) AS request
        WHERE request ? 'key' ORDER BY lock
    ) AS keyed;
END
$$;

-- Writes a comment as `create_comment` does, once for each key. The outcome is null (created), repeated, or a refusal.
CREATE OR REPLACE FUNCTION create_keyed_comment(
    author uuid, post uuid, parent uuid, comment_content text, provisional uuid, jobs jsonb, client_key text,
    client_digest bytea)
RETURNS TABLE (outcome text, id uuid, commented uuid, answered uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known record;
    created record;
BEGIN
    known := find_keyed_request(author, client_key, client_digest);
    IF known.refusal IS NOT NULL OR known.entity IS NOT NULL THEN
        RETURN QUERY SELECT coalesce(known.refusal, 'repeated'), known.entity, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;
    SELECT * INTO created FROM create_comment(author, post, parent, comment_content, provisional, jobs);
    IF created.outcome IS NULL THEN
        PERFORM record_keyed_request(author, client_key, client_digest, created.id);
    END IF;
    RETURN QUERY SELECT created.outcome, created.id, created.commented, created.answered;
END
$$;

-- Writes several comments, one after the other. Takes all locks first, in the order of everything that writes them.
CREATE OR REPLACE FUNCTION create_comments(requests jsonb)
RETURNS TABLE (outcome text, id uuid, commented uuid, answered uuid) LANGUAGE plpgsql AS $$
DECLARE
    authors uuid[] := ARRAY(SELECT (request ->> 'author')::uuid FROM jsonb_array_elements(requests) AS request);
    commented_posts uuid[] := ARRAY(
        SELECT coalesce(
            (request ->> 'post')::uuid,
            (SELECT post_id FROM comments WHERE comments.id = (request ->> 'parent')::uuid))
        FROM jsonb_array_elements(requests) AS request);
    request jsonb;
BEGIN
    PERFORM lock_request_keys(requests);
    PERFORM FROM accounts WHERE accounts.id = ANY (authors) ORDER BY accounts.id FOR KEY SHARE;
    PERFORM FROM posts WHERE posts.id = ANY (commented_posts) ORDER BY posts.id FOR NO KEY UPDATE;
    FOR request IN SELECT * FROM jsonb_array_elements(requests) LOOP
        RETURN QUERY SELECT * FROM create_keyed_comment(
            (request ->> 'author')::uuid, (request ->> 'post')::uuid, (request ->> 'parent')::uuid,
            request ->> 'content', (request ->> 'provisional')::uuid, request -> 'jobs', request ->> 'key',
            decode(request ->> 'digest', 'hex'));
    END LOOP;
END
$$;

-- Creates an announcement and its job, once for each key. The outcome is created, repeated, or a refusal.
CREATE OR REPLACE FUNCTION create_keyed_announcement(
    announcement uuid, author uuid, announced_title text, announced_body text, jobs jsonb, client_key text,
    client_digest bytea)
RETURNS TABLE (outcome text, id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known record;
BEGIN
    known := find_keyed_request(author, client_key, client_digest);
    IF known.refusal IS NOT NULL OR known.entity IS NOT NULL THEN
        RETURN QUERY SELECT coalesce(known.refusal, 'repeated'), known.entity;
        RETURN;
    END IF;
    PERFORM FROM accounts WHERE accounts.id = author AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'role_required', NULL::uuid;
        RETURN;
    END IF;
    INSERT INTO announcements (id, author_id, title, body)
    VALUES (announcement, author, announced_title, announced_body);
    PERFORM record_audit(
        author, 'announce', NULL, NULL, NULL, jsonb_build_object('announcementId', announcement));
    PERFORM record_keyed_request(author, client_key, client_digest, announcement);
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs);
    RETURN QUERY SELECT 'created', announcement;
END
$$;
