-- Files of users. The lock order is: account, profile, files, outbox. With the profile locked, the files of a user and
-- their counters change by one statement at a time.

-- Adds a file, counts it, and enqueues its jobs. A cover belongs to `track`, or with `for_newest` to its owner's newest
-- track if there is one. A file that was added before is only confirmed, so that a repeated upload has its effect once.
-- It ends the upload with its id, if it arrived in parts. Returns when it was added, or the code of the refusal; and of
-- a track the id of its activity, if the jobs that name it by a provisional id were enqueued.
CREATE OR REPLACE FUNCTION add_media(
    file media, for_newest boolean, maximum_count integer, maximum_bytes bigint, jobs jsonb, event jsonb,
    provisional uuid, activity_jobs jsonb)
RETURNS TABLE (refusal text, added_at timestamptz, activity_id uuid) LANGUAGE plpgsql AS $$
DECLARE
    counted profiles;
BEGIN
    -- A deletion of the account waits for this row, or has closed the account.
    PERFORM FROM accounts WHERE id = file.user_id AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN RETURN QUERY SELECT 'token_invalid', NULL::timestamptz, NULL::uuid; RETURN; END IF;
    PERFORM refuse_limited(file.user_id);
    SELECT * INTO counted FROM profiles WHERE user_id = file.user_id FOR NO KEY UPDATE;
    RETURN QUERY SELECT NULL, created_at, NULL::uuid FROM media WHERE id = file.id AND user_id = file.user_id;
    IF FOUND THEN RETURN; END IF;
    IF counted.media_count >= maximum_count OR counted.media_bytes + file.byte_count > maximum_bytes THEN
        RETURN QUERY SELECT 'quota_exceeded', NULL::timestamptz, NULL::uuid;
        RETURN;
    END IF;
    IF for_newest THEN
        file.track_id := (
            SELECT id FROM media WHERE user_id = file.user_id AND purpose = 'track' AND state <> 'failed'
            ORDER BY created_at DESC, id DESC LIMIT 1);
    ELSIF file.track_id IS NOT NULL THEN
        PERFORM FROM media
        WHERE id = file.track_id AND user_id = file.user_id AND purpose = 'track' AND state <> 'failed';
        IF NOT FOUND THEN
            RETURN QUERY SELECT 'track_not_found', NULL::timestamptz, NULL::uuid;
            RETURN;
        END IF;
    END IF;
    file.created_at := now();
    file.updated_at := now();
    INSERT INTO media SELECT file.*;
    DELETE FROM uploads WHERE id = file.id;
    UPDATE profiles
    SET media_count = media_count + 1, media_bytes = media_bytes + file.byte_count,
        tracks_count = tracks_count + (file.purpose = 'track')::integer
    WHERE user_id = file.user_id;
    IF file.purpose = 'track' THEN
        activity_id := add_activity(file.user_id, 'track_published', file.id, provisional, activity_jobs);
    END IF;
    PERFORM add_domain_event(event);
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs);
    added_at := file.created_at;
    RETURN NEXT;
END
$$;

-- Deletes files of a user whose profile is locked, and counts them.
CREATE OR REPLACE FUNCTION remove_media_rows(owner uuid, files uuid[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    removed integer;
BEGIN
    WITH deleted AS (
        DELETE FROM media WHERE user_id = owner AND id = ANY (files) RETURNING purpose, state, byte_count
    ), counted AS (
        SELECT count(*) AS rows, count(*) FILTER (WHERE state <> 'failed') AS files,
               coalesce(sum(byte_count) FILTER (WHERE state <> 'failed'), 0) AS bytes,
               count(*) FILTER (WHERE state <> 'failed' AND purpose = 'track') AS tracks
        FROM deleted
    ), changed AS (
        UPDATE profiles
        SET media_count = media_count - counted.files, media_bytes = media_bytes - counted.bytes,
            tracks_count = tracks_count - counted.tracks
        FROM counted
        WHERE user_id = owner AND counted.files > 0
    )
    SELECT rows INTO removed FROM counted;
    RETURN removed;
END
$$;

-- Makes a decoded picture the one that is shown, unless a newer one is, and ends its job: of an avatar its owner's, of
-- a cover its track's or else its owner's profile's; a picture for posts and messages is only ready. The pictures it
-- replaces are deleted, those of which `removals` has the job that removes their files: without it a row stays until
-- the next picture. False, and nothing happens, if another run ended the job or the file is gone.
CREATE OR REPLACE FUNCTION finish_picture(picture uuid, details jsonb, job uuid, removals jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    owner uuid;
    file media;
    shown uuid;
    is_overtaken boolean;
    replaced uuid[];
BEGIN
    IF finish_job(job) IS NULL THEN RETURN false; END IF;
    SELECT user_id INTO owner FROM media WHERE id = picture;
    PERFORM FROM profiles WHERE user_id = owner FOR NO KEY UPDATE;
    SELECT * INTO file FROM media WHERE id = picture;
    IF NOT FOUND THEN RETURN false; END IF;
    IF file.purpose = 'picture' THEN
        UPDATE media SET state = 'ready', metadata = details, updated_at = now() WHERE id = picture;
        RETURN true;
    END IF;
    shown := CASE WHEN file.purpose = 'avatar' THEN (SELECT avatar_media_id FROM profiles WHERE user_id = owner)
                  WHEN file.track_id IS NULL THEN (SELECT cover_media_id FROM profiles WHERE user_id = owner)
                  ELSE (SELECT cover_id FROM media WHERE id = file.track_id) END;
    is_overtaken := EXISTS (
        SELECT FROM media AS newer
        WHERE newer.id = shown AND (newer.created_at, newer.id) > (file.created_at, file.id));
    IF NOT is_overtaken THEN
        UPDATE media SET state = 'ready', metadata = details, updated_at = now() WHERE id = picture;
        IF file.purpose = 'avatar' THEN
            -- An upload replaces the address of a picture elsewhere.
            UPDATE profiles SET avatar_media_id = picture, avatar_url = NULL, updated_at = now() WHERE user_id = owner;
        ELSIF file.track_id IS NULL THEN
            UPDATE profiles SET cover_media_id = picture, cover_image = NULL, updated_at = now() WHERE user_id = owner;
        ELSE
            UPDATE media SET cover_id = picture, updated_at = now() WHERE id = file.track_id;
        END IF;
    END IF;
    replaced := ARRAY(
        SELECT id FROM media
        WHERE user_id = owner AND purpose = file.purpose AND track_id IS NOT DISTINCT FROM file.track_id
          AND removals ? id::text
          AND CASE WHEN is_overtaken THEN id = picture
                   ELSE (created_at, id) < (file.created_at, picture) AND (id = shown OR state <> 'pending') END);
    IF cardinality(replaced) > 0 THEN
        PERFORM remove_media_rows(owner, replaced);
        INSERT INTO outbox
        SELECT * FROM outbox_rows((SELECT jsonb_agg(removals -> id::text) FROM unnest(replaced) AS id));
    END IF;
    RETURN true;
END
$$;

-- Ends the job of a recording that was read: it is ready, and further jobs are enqueued. A track without a cover gets
-- `cover`, a picture in the recording whose bytes are stored, with its jobs, unless its owner has no room for it.
-- False, and nothing happens, if another run ended the job or the file is gone.
CREATE OR REPLACE FUNCTION finish_recording(
    recording uuid, details jsonb, its_title text, cover media, maximum_count integer, maximum_bytes bigint, job uuid,
    jobs jsonb, cover_jobs jsonb)
RETURNS TABLE (has_effect boolean, is_cover_added boolean) LANGUAGE plpgsql AS $$
DECLARE
    owner uuid;
    file media;
    counted profiles;
BEGIN
    has_effect := false;
    is_cover_added := false;
    IF finish_job(job) IS NULL THEN RETURN NEXT; RETURN; END IF;
    SELECT user_id INTO owner FROM media WHERE id = recording;
    SELECT * INTO counted FROM profiles WHERE user_id = owner FOR NO KEY UPDATE;
    UPDATE media
    SET state = 'ready', metadata = details, title = coalesce(its_title, title), updated_at = now()
    WHERE id = recording AND state = 'pending'
    RETURNING * INTO file;
    IF NOT FOUND THEN RETURN NEXT; RETURN; END IF;
    has_effect := true;
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs);
    IF cover.id IS NOT NULL AND file.purpose = 'track' AND counted.media_count < maximum_count
        AND counted.media_bytes + cover.byte_count <= maximum_bytes
        AND NOT EXISTS (SELECT FROM media WHERE track_id = recording AND state <> 'failed')
        AND NOT EXISTS (SELECT FROM refused_pictures WHERE sha256 = cover.sha256)
    THEN
        is_cover_added := true;
        cover.user_id := owner;
        cover.track_id := recording;
        cover.created_at := now();
        cover.updated_at := now();
        INSERT INTO media SELECT cover.*;
        UPDATE profiles SET media_count = media_count + 1, media_bytes = media_bytes + cover.byte_count
        WHERE user_id = owner;
        INSERT INTO outbox SELECT * FROM outbox_rows(cover_jobs);
    END IF;
    RETURN NEXT;
END
$$;

-- Marks a pending file as failed: it is no longer counted, its activity is deleted, and the job removes its bytes. With
-- `job` the end of the job is part of it. False, and nothing happens, if another run ended the job.
CREATE OR REPLACE FUNCTION fail_media(file uuid, reason text, job uuid, removal jsonb, event jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    owner uuid;
    has_subject boolean;
    failed media;
BEGIN
    IF job IS NOT NULL AND finish_job(job) IS NULL THEN RETURN false; END IF;
    SELECT user_id INTO owner FROM media WHERE id = file;
    has_subject := lock_subject(owner);
    PERFORM FROM profiles WHERE user_id = owner FOR NO KEY UPDATE;
    UPDATE media SET state = 'failed', failure = reason, updated_at = now()
    WHERE id = file AND state = 'pending'
    RETURNING * INTO failed;
    IF NOT FOUND THEN RETURN job IS NOT NULL; END IF;
    UPDATE profiles
    SET media_count = media_count - 1, media_bytes = media_bytes - failed.byte_count,
        tracks_count = tracks_count - (failed.purpose = 'track')::integer
    WHERE user_id = owner;
    IF failed.purpose = 'track' THEN
        DELETE FROM activities WHERE media_id = file;
        IF has_subject THEN PERFORM add_domain_event(event); END IF;
    END IF;
    INSERT INTO outbox SELECT * FROM outbox_rows(removal);
    RETURN true;
END
$$;

-- Deletes a file and what belongs to it, which the caller has read: for a track its covers. Returns null, or a code:
-- `file_not_found`, also for the file of another user than `owner`, if that is not null; `changed` if something else
-- belongs to it by now.
CREATE OR REPLACE FUNCTION delete_media(file uuid, owner uuid, belonging uuid[], removal jsonb, event jsonb)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    target media;
    has_subject boolean;
BEGIN
    SELECT * INTO target FROM media WHERE id = file;
    IF NOT FOUND OR target.user_id <> owner THEN RETURN 'file_not_found'; END IF;
    has_subject := lock_subject(target.user_id);
    PERFORM FROM profiles WHERE user_id = target.user_id FOR NO KEY UPDATE;
    SELECT * INTO target FROM media WHERE id = file;
    IF NOT FOUND THEN RETURN 'file_not_found'; END IF;
    IF ARRAY(SELECT id FROM media WHERE id = file OR track_id = file ORDER BY id) <> belonging THEN
        RETURN 'changed';
    END IF;
    PERFORM remove_media_rows(target.user_id, belonging);
    IF has_subject AND target.purpose = 'track' AND target.state <> 'failed' THEN
        PERFORM add_domain_event(event);
    END IF;
    INSERT INTO outbox SELECT * FROM outbox_rows(removal);
    RETURN NULL;
END
$$;

-- Deletes files of a user and counts them.
CREATE OR REPLACE FUNCTION remove_media(owner uuid, files uuid[], removal jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    removed integer;
BEGIN
    PERFORM FROM profiles WHERE user_id = owner FOR NO KEY UPDATE;
    removed := remove_media_rows(owner, files);
    IF removed > 0 THEN INSERT INTO outbox SELECT * FROM outbox_rows(removal); END IF;
    RETURN removed;
END
$$;

-- Adds members to the metadata of a file and ends the job. False, and nothing happens, if another run ended the job.
CREATE OR REPLACE FUNCTION add_metadata(file uuid, details jsonb, job uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF finish_job(job) IS NULL THEN RETURN false; END IF;
    UPDATE media SET metadata = coalesce(metadata, '{}') || details, updated_at = now() WHERE id = file;
    RETURN FOUND;
END
$$;
