-- Uploads that are not complete. The lock order is: account, profile, uploads, outbox. An upload ends with the row of
-- its file, by `add_media`, or is removed here; a job then deletes its chunks from the blob store.

-- Begins an upload, unless its owner has too many or no room for it. Returns when it expires, or the code of the
-- refusal.
CREATE OR REPLACE FUNCTION create_upload(
    upload uploads, lifetime_seconds integer, maximum_uploads integer, maximum_count integer, maximum_bytes bigint)
RETURNS TABLE (refusal text, expiry timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    counted profiles;
    begun record;
BEGIN
    -- A deletion of the account waits for this row, or has closed the account.
    PERFORM FROM accounts WHERE id = upload.user_id AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN RETURN QUERY SELECT 'token_invalid', NULL::timestamptz; RETURN; END IF;
    PERFORM refuse_limited(upload.user_id);
    SELECT * INTO counted FROM profiles WHERE user_id = upload.user_id FOR NO KEY UPDATE;
    SELECT count(*) AS uploads, coalesce(sum(byte_count), 0) AS bytes INTO begun
    FROM uploads WHERE user_id = upload.user_id;
    IF begun.uploads >= maximum_uploads THEN
        RETURN QUERY SELECT 'too_many_uploads', NULL::timestamptz;
        RETURN;
    END IF;
    IF counted.media_count + begun.uploads >= maximum_count
        OR counted.media_bytes + begun.bytes + upload.byte_count > maximum_bytes
    THEN
        RETURN QUERY SELECT 'quota_exceeded', NULL::timestamptz;
        RETURN;
    END IF;
    IF upload.track_id IS NOT NULL THEN
        PERFORM FROM media
        WHERE id = upload.track_id AND user_id = upload.user_id AND purpose = 'track' AND state <> 'failed';
        IF NOT FOUND THEN RETURN QUERY SELECT 'track_not_found', NULL::timestamptz; RETURN; END IF;
    END IF;
    upload.received := 0;
    upload.created_at := now();
    upload.expires_at := now() + lifetime_seconds * interval '1 second';
    INSERT INTO uploads SELECT upload.*;
    RETURN QUERY SELECT NULL, upload.expires_at;
END
$$;

-- Adds chunks, a JSON array of objects, behind the `expected` bytes of an upload; the first of them may repeat the
-- bytes of the last chunk, `replaced`, which it replaces. Returns when the upload expires; null, and nothing happens,
-- if other bytes were added meanwhile, or the upload is gone or has expired.
CREATE OR REPLACE FUNCTION add_upload_chunks(
    upload uuid, expected bigint, replaced uuid, chunks jsonb, total bigint, lifetime_seconds integer)
RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    expiry timestamptz;
BEGIN
    UPDATE uploads SET received = total, expires_at = now() + lifetime_seconds * interval '1 second'
    WHERE id = upload AND received = expected AND expires_at > now()
    RETURNING expires_at INTO expiry;
    IF NOT FOUND THEN RETURN NULL; END IF;
    DELETE FROM upload_chunks WHERE id = replaced;
    INSERT INTO upload_chunks (id, upload_id, start, byte_count)
    SELECT chunk.id, upload, chunk.start, chunk.byte_count
    FROM jsonb_to_recordset(chunks) AS chunk(id uuid, start bigint, byte_count bigint);
    RETURN expiry;
END
$$;

-- Removes an upload and enqueues the job that deletes its chunks. Returns null, or the code of the refusal.
CREATE OR REPLACE FUNCTION remove_upload(upload uuid, owner uuid, removal jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    removed uploads;
BEGIN
    SELECT * INTO removed FROM uploads WHERE id = upload AND user_id = owner FOR UPDATE;
    IF NOT FOUND THEN RETURN 'upload_not_found'; END IF;
    IF removed.finishing_until > now() THEN RETURN 'upload_locked'; END IF;
    DELETE FROM uploads WHERE id = upload;
    INSERT INTO outbox SELECT * FROM outbox_rows(removal);
    RETURN NULL;
END
$$;

-- Removes uploads that have expired, or with an owner those of a deleted account, and enqueues the job that deletes
-- their chunks. Returns how many were removed.
CREATE OR REPLACE FUNCTION remove_uploads(named uuid[], owner uuid, removal jsonb) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    removed integer;
BEGIN
    DELETE FROM uploads
    WHERE id = ANY (named) AND CASE WHEN owner IS NULL THEN expires_at <= now() ELSE user_id = owner END;
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN INSERT INTO outbox SELECT * FROM outbox_rows(removal); END IF;
    RETURN removed;
END
$$;
