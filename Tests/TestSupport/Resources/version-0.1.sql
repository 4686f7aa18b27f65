-- A database of version 0.1.0: accounts, friends, messages, files, notifications, and an unfinished job of each kind.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';
CREATE TYPE public.waiting_job AS (
	id uuid,
	queue text,
	kind text,
	payload jsonb,
	trace text,
	attempt integer,
	priority smallint,
	limits text,
	batch_id uuid,
	delay bigint,
	run_at bigint
);
CREATE FUNCTION public.accept_friend(request uuid, answering uuid, most integer, jobs jsonb) RETURNS TABLE(outcome text, friend_id uuid, created_at timestamp with time zone, updated_at timestamp with time zone, promised uuid[])
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
    asking friend_requests;
BEGIN
    SELECT * INTO asking FROM friend_requests WHERE id = request AND receiver_id = answering;
    IF FOUND THEN
        PERFORM lock_pair(asking.sender_id, answering);
        SELECT * INTO asking FROM friend_requests WHERE id = request AND receiver_id = answering;
    END IF;
    IF NOT FOUND OR EXISTS (
        SELECT FROM blocks WHERE blocker_id = answering AND blocked_id = asking.sender_id
            OR blocker_id = asking.sender_id AND blocked_id = answering)
    THEN
        RETURN QUERY
            SELECT CASE WHEN EXISTS (SELECT FROM friends WHERE friends.id = request AND user_id = answering)
                        THEN 'friends' ELSE 'missing' END,
                   NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    IF is_anybody_full(asking.sender_id, answering, most) THEN
        RETURN QUERY SELECT 'full', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    promised := ARRAY(SELECT befriend(request, asking.sender_id, answering, asking.created_at, jobs));
    RETURN QUERY SELECT 'accepted', asking.sender_id, asking.created_at, now(), promised;
END
$$;
CREATE FUNCTION public.announce_to(job uuid, announcement uuid, people uuid[]) RETURNS TABLE(person uuid, notification uuid)
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF finish_job(job) IS NULL THEN RETURN; END IF;
    RETURN QUERY
    INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, title, body, event)
    SELECT gen_random_uuid(), accounts.id, 'announcement', said.author_id, said.id, said.title, said.body,
           'announcement:' || said.id
    FROM announcements AS said, accounts
    WHERE said.id = announcement AND accounts.id = ANY (people) AND is_active
    ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING
    RETURNING user_id, id;
END
$$;
CREATE FUNCTION public.befriend(request uuid, asking uuid, asked uuid, asked_at timestamp with time zone, jobs jsonb) RETURNS SETOF uuid
    LANGUAGE plpgsql
    AS $$
DECLARE
    novices uuid[];
BEGIN
    INSERT INTO friends (user_id, friend_id, id, requested_by, created_at)
    VALUES (asking, asked, request, asking, asked_at), (asked, asking, request, asking, asked_at);
    DELETE FROM friend_requests
    WHERE (sender_id = asking AND receiver_id = asked) OR (sender_id = asked AND receiver_id = asking);
    SELECT array_agg(user_id) INTO novices
    FROM profiles WHERE user_id IN (asking, asked) AND first_friend_at IS NULL;
    UPDATE profiles
    SET friends_count = friends_count + 1, friends_version = friends_version + 1,
        first_friend_at = coalesce(first_friend_at, now())
    WHERE user_id IN (asking, asked);
    RETURN QUERY
        INSERT INTO outbox
        SELECT * FROM promised_jobs(
            coalesce(jobs -> 'accepted', '[]') || (
                SELECT coalesce(jsonb_agg(jobs -> 'first' -> novice::text), '[]')
                FROM unnest(novices) AS novice WHERE jobs -> 'first' ? novice::text))
        RETURNING outbox.id;
END
$$;
CREATE FUNCTION public.block_person(one uuid, other uuid) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM accounts WHERE id = other AND deleted_at IS NULL) THEN RETURN false; END IF;
    PERFORM lock_pair(one, other);
    INSERT INTO blocks (blocker_id, blocked_id) VALUES (one, other) ON CONFLICT DO NOTHING;
    PERFORM unfriend(one, ARRAY[other]);
    DELETE FROM friend_requests WHERE sender_id = one AND receiver_id = other;
    RETURN true;
END
$$;
CREATE FUNCTION public.correct_counters(accounts uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM profiles WHERE user_id = ANY (accounts) ORDER BY user_id FOR UPDATE;
    RETURN QUERY
        UPDATE profiles
        SET media_count = held.count, media_bytes = held.bytes, friends_count = held.friends
        FROM (
            SELECT account, files.count, files.bytes, friends.count AS friends
            FROM unnest(accounts) AS account,
                LATERAL (SELECT count(*) AS count, coalesce(sum(byte_count), 0) AS bytes
                         FROM media WHERE media.user_id = account) AS files,
                LATERAL (SELECT count(*) AS count FROM friends WHERE friends.user_id = account) AS friends
        ) AS held
        WHERE profiles.user_id = held.account
          AND (media_count, media_bytes, friends_count) <> (held.count, held.bytes, held.friends)
        RETURNING profiles.user_id;
    PERFORM FROM conversation_members WHERE user_id = ANY (accounts) ORDER BY user_id, other_id FOR UPDATE;
    RETURN QUERY
        UPDATE conversation_members AS member
        SET unread_count = held.count
        FROM (
            SELECT seen.user_id, seen.other_id, count(messages.id) AS count
            FROM conversation_members AS seen LEFT JOIN messages
                ON messages.conversation_id = seen.conversation_id AND messages.receiver_id = seen.user_id
                AND messages.read_at IS NULL
            WHERE seen.user_id = ANY (accounts)
            GROUP BY seen.user_id, seen.other_id
        ) AS held
        WHERE member.user_id = held.user_id AND member.other_id = held.other_id AND member.unread_count <> held.count
        RETURNING member.user_id;
END
$$;
CREATE FUNCTION public.finish_digest(job uuid, person uuid, mailed uuid[], next jsonb) RETURNS SETOF uuid
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM lock_inbox(person);
    UPDATE notifications SET emailed_at = now() WHERE id = ANY (mailed) AND emailed_at IS NULL;
    IF finish_job(job) IS NULL THEN RETURN; END IF;
    IF EXISTS (
        SELECT FROM notifications WHERE user_id = person AND wants_email AND emailed_at IS NULL AND read_at IS NULL)
    THEN
        RETURN QUERY
            INSERT INTO outbox SELECT * FROM promised_unique_jobs(jsonb_build_array(next))
            ON CONFLICT DO NOTHING
            RETURNING outbox.id;
    END IF;
END
$$;
CREATE FUNCTION public.finish_job(job uuid) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM outbox
    WHERE id = job AND coalesce(state) = 'queued' AND retain_seconds IS NULL AND (unique_until > now()) IS NOT TRUE;
    IF FOUND THEN RETURN job; END IF;
    RETURN (SELECT id FROM finish_jobs(ARRAY[job]));
END
$$;
CREATE FUNCTION public.finish_jobs(jobs uuid[]) RETURNS TABLE(id uuid, batch_id uuid)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        DELETE FROM outbox
        WHERE id = ANY (jobs) AND coalesce(state) = 'queued' AND retain_seconds IS NULL AND (unique_until > now()) IS NOT TRUE
        RETURNING outbox.id, outbox.batch_id;
    -- What is left is to be kept.
    RETURN QUERY
        UPDATE outbox
        SET state = 'done', ended_at = now(), error = NULL,
            unique_key = CASE WHEN unique_until > now() THEN unique_key END,
            keep_until = greatest(now() + coalesce(retain_seconds, 0) * interval '1 second', unique_until)
        WHERE id = ANY (jobs) AND coalesce(state) = 'queued'
        RETURNING outbox.id, outbox.batch_id;
END
$$;
CREATE FUNCTION public.forget_friend_request() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE notifications SET read_at = now()
    WHERE user_id = old.receiver_id AND entity_id = old.id AND read_at IS NULL;
    RETURN NULL;
END
$$;
CREATE FUNCTION public.is_anybody_full(one uuid, other uuid, most integer) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM profiles WHERE user_id IN (one, other) ORDER BY user_id FOR UPDATE;
    RETURN EXISTS (SELECT FROM profiles WHERE user_id IN (one, other) AND friends_count >= most);
END
$$;
CREATE FUNCTION public.is_blocked(one uuid, other uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT EXISTS (
        SELECT FROM blocks
        WHERE (blocker_id = one AND blocked_id = other) OR (blocker_id = other AND blocked_id = one))
$$;
CREATE FUNCTION public.lock_inbox(person uuid) RETURNS void
    LANGUAGE sql
    AS $$
    SELECT pg_advisory_xact_lock(hashtextextended(person::text, 7))
$$;
CREATE FUNCTION public.lock_pair(one uuid, other uuid) RETURNS void
    LANGUAGE sql
    AS $$
    SELECT pg_advisory_xact_lock(hashtextextended(least(one, other)::text || greatest(one, other)::text, 5))
$$;
CREATE FUNCTION public.notify_person(job uuid, notification uuid, person uuid, kind text, actor uuid, entity uuid, title text, body text, event text, push jsonb, digest jsonb) RETURNS TABLE(is_new boolean, promised uuid[])
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_variable
DECLARE
    pause bigint;
BEGIN
    IF job IS NOT NULL AND finish_job(job) IS NULL THEN
        RETURN QUERY SELECT false, NULL::uuid[];
        RETURN;
    END IF;
    PERFORM lock_inbox(person);
    -- Whoever reads the message or answers the request at this moment is waited for, or waits, and then finds the row.
    IF kind = 'new_message' THEN
        PERFORM FROM messages WHERE id = entity AND read_at IS NULL FOR SHARE;
    ELSIF kind = 'friend_request' THEN
        PERFORM FROM friend_requests WHERE id = entity FOR KEY SHARE;
    END IF;
    IF kind IN ('new_message', 'friend_request') AND NOT FOUND THEN
        RETURN QUERY SELECT false, NULL::uuid[];
        RETURN;
    END IF;
    INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, title, body, event, wants_email)
    VALUES (notification, person, kind, actor, entity, title, body, event, digest IS NOT NULL)
    ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT false, NULL::uuid[];
        RETURN;
    END IF;
    pause := quiet_delay(person);
    WITH written AS (
        INSERT INTO outbox
        SELECT made.* FROM promised_unique_jobs(
            (SELECT coalesce(jsonb_agg(wanted || jsonb_build_object(
                        'delay', coalesce((wanted ->> 'delay')::bigint, 0) + pause)), '[]')
             FROM unnest(ARRAY[push, digest]) AS wanted WHERE wanted IS NOT NULL)) AS made
        ON CONFLICT DO NOTHING
        RETURNING outbox.id
    )
    SELECT array_agg(written.id) INTO promised FROM written;
    RETURN QUERY SELECT true, promised;
END
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.outbox (
    id uuid NOT NULL,
    queue text NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    error text,
    unique_key text,
    trace text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    priority smallint DEFAULT 0 NOT NULL,
    limits text,
    batch_id uuid,
    checkpoint text,
    unique_until timestamp with time zone,
    retain_seconds integer,
    ended_at timestamp with time zone,
    keep_until timestamp with time zone,
    history jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT outbox_priority_known CHECK ((priority = ANY (ARRAY['-1'::integer, 0, 1]))),
    CONSTRAINT outbox_state_known CHECK ((state = ANY (ARRAY['queued'::text, 'waiting'::text, 'done'::text, 'dead'::text, 'cancelled'::text])))
);
CREATE FUNCTION public.promised_jobs(jobs jsonb) RETURNS SETOF public.outbox
    LANGUAGE sql STABLE
    AS $$
    SELECT job.id, job.queue, job.kind, job.payload,
           now() + coalesce(job.delay, 0) * interval '1 millisecond', 0, coalesce(job.state, 'queued'), NULL::text,
           job.unique_key, job.trace, now(), coalesce(job.priority, 0), job.limits, job.batch_id, NULL::text,
           now() + job.unique_seconds * interval '1 second', job.retain_seconds, NULL::timestamptz,
           NULL::timestamptz, '[]'::jsonb
    FROM jsonb_to_recordset(jobs) AS job(
        id uuid, queue text, kind text, payload jsonb, delay bigint, state text, unique_key text, trace text,
        priority smallint, limits text, batch_id uuid, unique_seconds integer, retain_seconds integer)
$$;
CREATE FUNCTION public.promised_unique_jobs(jobs jsonb) RETURNS SETOF public.outbox
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE outbox SET unique_key = NULL
    WHERE unique_key = ANY (ARRAY(SELECT job ->> 'unique_key' FROM jsonb_array_elements(jobs) AS job))
      AND unique_until <= now();
    RETURN QUERY SELECT * FROM promised_jobs(jobs);
END
$$;
CREATE FUNCTION public.quiet_delay(person uuid) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce((
        SELECT CASE
            WHEN quiet_from IS NULL OR quiet_from = quiet_until THEN 0
            WHEN (minute - quiet_from + 1440) % 1440 < (quiet_until - quiet_from + 1440) % 1440
                THEN ((quiet_until - minute + 1440) % 1440) * 60000 - (second * 1000)
            ELSE 0
        END
        FROM notification_preferences, LATERAL (
            SELECT now() AT TIME ZONE time_zone AS wall
        ) AS clock, LATERAL (
            SELECT extract(hour FROM wall)::integer * 60 + extract(minute FROM wall)::integer AS minute,
                   floor(extract(second FROM wall))::integer AS second
        ) AS hand
        WHERE user_id = person), 0)
$$;
CREATE FUNCTION public.read_message(message uuid, reader uuid) RETURNS TABLE(outcome text, sender uuid, is_first boolean)
    LANGUAGE plpgsql
    AS $$
DECLARE
    letter messages;
BEGIN
    SELECT * INTO letter FROM messages WHERE id = message AND (receiver_id = reader OR sender_id = reader);
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'missing', NULL::uuid, false;
        RETURN;
    END IF;
    IF letter.receiver_id <> reader THEN
        RETURN QUERY SELECT 'foreign', NULL::uuid, false;
        RETURN;
    END IF;
    UPDATE messages SET read_at = now(), delivered_at = coalesce(delivered_at, now())
    WHERE id = message AND read_at IS NULL;
    is_first := FOUND;
    IF is_first THEN
        UPDATE conversation_members SET unread_count = unread_count - 1
        WHERE user_id = reader AND other_id = letter.sender_id;
        -- Whoever has read it need not hear of it any more.
        UPDATE notifications SET read_at = now()
        WHERE user_id = reader AND entity_id = message AND notifications.read_at IS NULL;
    END IF;
    RETURN QUERY SELECT 'read', letter.sender_id, is_first;
END
$$;
CREATE FUNCTION public.refresh_search_text(account uuid) RETURNS void
    LANGUAGE sql
    AS $$
    UPDATE profiles
    SET search_text = CASE WHEN deleted_at IS NULL
        THEN ' ' || lower(regexp_replace(concat_ws(' ', username, first_name, last_name), '\s+', ' ', 'g')) ELSE '' END
    FROM accounts
    WHERE profiles.user_id = account AND accounts.id = account
$$;
CREATE FUNCTION public.request_friend(request uuid, asking uuid, asked uuid, note text, most integer, jobs jsonb) RETURNS TABLE(outcome text, id uuid, created_at timestamp with time zone, updated_at timestamp with time zone, promised uuid[])
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
    crossing friend_requests;
    is_blocked boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM accounts WHERE accounts.id = asked AND is_active) THEN
        RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    PERFORM lock_pair(asking, asked);
    IF EXISTS (SELECT FROM blocks WHERE blocker_id = asking AND blocked_id = asked) THEN
        RETURN QUERY SELECT 'blocking', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM friends WHERE user_id = asking AND friend_id = asked) THEN
        RETURN QUERY SELECT 'friends', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM friend_requests WHERE sender_id = asking AND receiver_id = asked) THEN
        RETURN QUERY SELECT 'exists', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    is_blocked := EXISTS (SELECT FROM blocks WHERE blocker_id = asked AND blocked_id = asking);
    IF NOT is_blocked THEN
        SELECT * INTO crossing FROM friend_requests WHERE sender_id = asked AND receiver_id = asking;
        IF FOUND THEN
            IF is_anybody_full(asking, asked, most) THEN
                RETURN QUERY SELECT 'full', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
                RETURN;
            END IF;
            -- The promises name the new id, so the friendship has it too.
            promised := ARRAY(SELECT befriend(request, asked, asking, crossing.created_at, jobs));
            RETURN QUERY SELECT 'accepted', request, crossing.created_at, now(), promised;
            RETURN;
        END IF;
    END IF;
    INSERT INTO friend_requests (id, sender_id, receiver_id, message) VALUES (request, asking, asked, note);
    IF NOT is_blocked THEN
        WITH written AS (
            INSERT INTO outbox SELECT * FROM promised_jobs(coalesce(jobs -> 'requested', '[]')) RETURNING outbox.id
        )
        SELECT array_agg(written.id) INTO promised FROM written;
    END IF;
    RETURN QUERY SELECT 'pending', request, now(), now(), promised;
END
$$;
CREATE FUNCTION public.search_text_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'accounts' THEN
        PERFORM refresh_search_text(NEW.id);
    ELSE
        PERFORM refresh_search_text(NEW.user_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION public.send_message(message uuid, conversation uuid, sender uuid, receiver uuid, words text, media text, needs_friendship boolean, key text, digest bytea, jobs jsonb) RETURNS TABLE(outcome text, id uuid, created_at timestamp with time zone, content text, read_at timestamp with time zone, promised uuid[])
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
    known idempotency_keys;
    place uuid;
BEGIN
    IF key IS NOT NULL THEN
        -- Whoever sends the same twice at once waits here for the first.
        PERFORM pg_advisory_xact_lock(hashtextextended(sender::text || send_message.key, 6));
        SELECT * INTO known FROM idempotency_keys WHERE user_id = sender AND idempotency_keys.key = send_message.key;
        IF FOUND THEN
            IF known.digest <> send_message.digest THEN
                RETURN QUERY SELECT 'mismatch', NULL::uuid, NULL::timestamptz, NULL, NULL::timestamptz, NULL::uuid[];
            ELSE
                RETURN QUERY
                    SELECT 'repeated', messages.id, messages.created_at, messages.content, messages.read_at, NULL::uuid[]
                    FROM messages WHERE messages.id = known.message_id;
            END IF;
            IF FOUND THEN RETURN; END IF;
            -- The message went with an account, so this is another one.
            DELETE FROM idempotency_keys WHERE user_id = sender AND idempotency_keys.key = send_message.key;
        END IF;
    END IF;
    IF NOT EXISTS (SELECT FROM accounts WHERE accounts.id = receiver AND is_active) THEN
        RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::timestamptz, NULL, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    IF needs_friendship AND NOT EXISTS (SELECT FROM friends WHERE user_id = sender AND friend_id = receiver) THEN
        RETURN QUERY SELECT 'strangers', NULL::uuid, NULL::timestamptz, NULL, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    -- Not is_blocked: that would be planned anew at every call [130 µs].
    IF EXISTS (
        SELECT FROM blocks WHERE blocker_id = sender AND blocked_id = receiver
            OR blocker_id = receiver AND blocked_id = sender)
    THEN
        RETURN QUERY
            SELECT CASE WHEN EXISTS (SELECT FROM blocks WHERE blocker_id = sender AND blocked_id = receiver)
                        THEN 'blocking' ELSE 'blocked' END,
                   NULL::uuid, NULL::timestamptz, NULL, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    INSERT INTO conversations AS known (id, low_id, high_id, message_count)
    VALUES (conversation, least(sender, receiver), greatest(sender, receiver), 1)
    ON CONFLICT (low_id, high_id) DO UPDATE SET message_count = known.message_count + 1
    RETURNING known.id INTO place;
    INSERT INTO messages (id, conversation_id, sender_id, receiver_id, content, media_url)
    VALUES (message, place, sender, receiver, words, media);
    -- In one order, so that two who write to each other at once cannot wait for each other; the conversation's row has put
    -- them one after the other already.
    INSERT INTO conversation_members AS member (user_id, other_id, conversation_id, last_message_id, unread_count)
    VALUES (sender, receiver, place, message, 0), (receiver, sender, place, message, 1)
    ON CONFLICT (user_id, other_id) DO UPDATE
    SET last_message_id = greatest(member.last_message_id, excluded.last_message_id),
        unread_count = member.unread_count + excluded.unread_count;
    IF key IS NOT NULL THEN
        INSERT INTO idempotency_keys (user_id, key, digest, message_id)
        VALUES (sender, send_message.key, send_message.digest, message);
    END IF;
    WITH written AS (
        INSERT INTO outbox SELECT * FROM promised_jobs(jobs) RETURNING outbox.id
    )
    SELECT array_agg(written.id) INTO promised FROM written;
    RETURN QUERY SELECT 'sent', message, now(), words, NULL::timestamptz, promised;
END
$$;
CREATE FUNCTION public.unfriend(one uuid, others uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql
    AS $$
DECLARE
    gone uuid[];
BEGIN
    PERFORM FROM profiles WHERE user_id = one OR user_id = ANY (others) ORDER BY user_id FOR UPDATE;
    WITH ended AS (
        DELETE FROM friends
        WHERE (user_id = one AND friend_id = ANY (others)) OR (user_id = ANY (others) AND friend_id = one)
        RETURNING user_id, friend_id
    )
    SELECT array_agg(friend_id) INTO gone FROM ended WHERE user_id = one;
    IF gone IS NULL THEN RETURN; END IF;
    UPDATE profiles SET friends_count = friends_count - 1, friends_version = friends_version + 1
    WHERE user_id = ANY (gone);
    UPDATE profiles SET friends_count = friends_count - cardinality(gone), friends_version = friends_version + 1
    WHERE user_id = one;
    RETURN QUERY SELECT unnest(gone);
END
$$;
CREATE FUNCTION public.waiting_job(job public.outbox) RETURNS SETOF public.waiting_job
    LANGUAGE sql STABLE
    AS $$
    SELECT job.id, job.queue, job.kind, job.payload, job.trace, job.attempt, job.priority, job.limits, job.batch_id,
           greatest(0, ceil(extract(epoch FROM job.run_at - now()) * 1000))::bigint,
           (extract(epoch FROM job.run_at) * 1000)::bigint
$$;
CREATE FUNCTION public.with_event(history jsonb, event text, attempt integer, error text) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE WHEN jsonb_array_length(history) >= 20 THEN history - 0 ELSE history END
        || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
            'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'event', event, 'attempt', attempt, 'error', error)))
$$;
CREATE TABLE public.account_exports (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    byte_count bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ready_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT account_exports_state_known CHECK ((state = ANY (ARRAY['pending'::text, 'ready'::text, 'failed'::text])))
);
CREATE TABLE public.account_links (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    email text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT account_links_kind_known CHECK ((kind = ANY (ARRAY['verify'::text, 'reset'::text])))
);
CREATE TABLE public.accounts (
    id uuid NOT NULL,
    email text NOT NULL,
    username text NOT NULL,
    password_hash text,
    role text DEFAULT 'USER'::text NOT NULL,
    persona text DEFAULT 'listener'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    last_login_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone,
    is_verified boolean DEFAULT false NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT accounts_language_known CHECK ((language = ANY (ARRAY['en'::text, 'ru'::text]))),
    CONSTRAINT accounts_persona_known CHECK ((persona = ANY (ARRAY['musician'::text, 'listener'::text]))),
    CONSTRAINT accounts_role_known CHECK ((role = ANY (ARRAY['USER'::text, 'MODERATOR'::text, 'ADMIN'::text])))
);
CREATE TABLE public.announcements (
    id uuid NOT NULL,
    author_id uuid,
    title text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.blocks (
    blocker_id uuid NOT NULL,
    blocked_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.conversation_members (
    user_id uuid NOT NULL,
    other_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    last_message_id uuid NOT NULL,
    unread_count integer DEFAULT 0 NOT NULL,
    CONSTRAINT conversation_members_unread_positive CHECK ((unread_count >= 0))
);
CREATE TABLE public.conversations (
    id uuid NOT NULL,
    low_id uuid NOT NULL,
    high_id uuid NOT NULL,
    message_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversations_message_count_positive CHECK ((message_count >= 0)),
    CONSTRAINT conversations_ordered CHECK ((low_id < high_id))
);
CREATE TABLE public.friend_requests (
    id uuid NOT NULL,
    sender_id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.friends (
    user_id uuid NOT NULL,
    friend_id uuid NOT NULL,
    id uuid NOT NULL,
    requested_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    message_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.installation (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    is_only boolean DEFAULT true NOT NULL,
    CONSTRAINT installation_is_only CHECK (is_only)
);
CREATE TABLE public.media (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    original_name text NOT NULL,
    file_name text NOT NULL,
    mime_type text NOT NULL,
    format text NOT NULL,
    byte_count bigint NOT NULL,
    sha256 bytea NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    failure text,
    width integer,
    height integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT media_has_bytes CHECK ((byte_count > 0)),
    CONSTRAINT media_purpose_known CHECK ((purpose = ANY (ARRAY['avatar'::text, 'track'::text, 'cover'::text, 'other'::text]))),
    CONSTRAINT media_state_known CHECK ((state = ANY (ARRAY['pending'::text, 'ready'::text, 'failed'::text])))
);
CREATE TABLE public.messages (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    content text NOT NULL,
    media_url text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    read_at timestamp with time zone
);
CREATE TABLE public.migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.notification_preferences (
    user_id uuid NOT NULL,
    kinds jsonb DEFAULT '{}'::jsonb NOT NULL,
    wants_email boolean DEFAULT true NOT NULL,
    quiet_from smallint,
    quiet_until smallint,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notification_preferences_quiet CHECK ((((quiet_from IS NULL) = (quiet_until IS NULL)) AND ((quiet_from >= 0) AND (quiet_from <= 1439)) AND ((quiet_until >= 0) AND (quiet_until <= 1439))))
);
CREATE TABLE public.notifications (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    actor_id uuid,
    entity_id uuid,
    title text,
    body text,
    event text NOT NULL,
    wants_email boolean DEFAULT false NOT NULL,
    emailed_at timestamp with time zone,
    read_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.paused_queues (
    queue text NOT NULL,
    paused_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.profiles (
    user_id uuid NOT NULL,
    avatar_media_id uuid,
    media_count integer DEFAULT 0 NOT NULL,
    media_bytes bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    first_name text,
    last_name text,
    bio text,
    cover_image text,
    date_of_birth date,
    phone text,
    followers_count integer DEFAULT 0 NOT NULL,
    following_count integer DEFAULT 0 NOT NULL,
    posts_count integer DEFAULT 0 NOT NULL,
    friends_count integer DEFAULT 0 NOT NULL,
    friends_version bigint DEFAULT 0 NOT NULL,
    first_friend_at timestamp with time zone,
    show_online_status boolean DEFAULT true NOT NULL,
    search_text text DEFAULT ''::text NOT NULL,
    CONSTRAINT profiles_followers_count_positive CHECK ((followers_count >= 0)),
    CONSTRAINT profiles_following_count_positive CHECK ((following_count >= 0)),
    CONSTRAINT profiles_friends_count_positive CHECK ((friends_count >= 0)),
    CONSTRAINT profiles_media_bytes_positive CHECK ((media_bytes >= 0)),
    CONSTRAINT profiles_media_count_positive CHECK ((media_count >= 0)),
    CONSTRAINT profiles_posts_count_positive CHECK ((posts_count >= 0))
);
CREATE TABLE public.provider_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL,
    email text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.push_subscriptions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    endpoint text NOT NULL,
    public_key bytea NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid,
    refresh_hash bytea NOT NULL,
    user_agent text,
    ip_address text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    refreshed_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    CONSTRAINT sessions_end_reason_known CHECK ((end_reason = ANY (ARRAY['logout'::text, 'reuse'::text, 'password'::text, 'reset'::text, 'ended'::text, 'deactivated'::text, 'deleted'::text, 'provider'::text])))
);
CREATE TABLE public.ticks (
    name text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    fired_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.used_nonces (
    nonce text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
INSERT INTO public.account_exports VALUES ('01a22b25-8da3-7dbd-8c63-2030c3f1d032', '01a22b25-95f2-7c2a-baac-d5fe41fd8f68', 'pending', NULL, '2026-11-30 06:30:13.235117+00', NULL, '2026-12-07 06:30:13.235117+00');
INSERT INTO public.account_links VALUES ('01a22b25-8da3-7391-af4c-852a87bf7843', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'verify', 'ada@example.com', '2026-11-30 06:30:11.109003+00', '2026-11-30 07:30:11.107316+00');
INSERT INTO public.account_links VALUES ('01a22b25-8f6f-7fb4-bad7-4eb6e1722f62', '01a22b25-8f6f-77f0-9b89-e614933ed241', 'verify', 'bob@example.com', '2026-11-30 06:30:11.567709+00', '2026-11-30 07:30:11.567434+00');
INSERT INTO public.account_links VALUES ('01a22b25-90c4-7e8c-9982-0eec543c4f29', '01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', 'verify', 'cyd@example.com', '2026-11-30 06:30:11.909515+00', '2026-11-30 07:30:11.908316+00');
INSERT INTO public.account_links VALUES ('01a22b25-954e-79f4-aa4b-95269ea6c101', '01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', 'reset', 'cyd@example.com', '2026-11-30 06:30:13.072298+00', '2026-11-30 07:30:13.070737+00');
INSERT INTO public.accounts VALUES ('01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', 'cyd@example.com', 'cyd', '$argon2id$v=19$m=65536,t=2,p=1$z69yB+SJPLfiAK3ZI8LeLA$9C68d8/W86nLY1A+FioDO9yXOEpI/vDi1JY6rXLJabY', 'USER', 'listener', true, '2026-11-30 06:30:11.909515+00', '2026-11-30 06:30:11.909515+00', '2026-11-30 06:30:11.909515+00', NULL, false, 'en', NULL);
INSERT INTO public.accounts VALUES ('01a22b25-8f6f-77f0-9b89-e614933ed241', 'bob@example.com', 'bob', '$argon2id$v=19$m=65536,t=2,p=1$bmmuYG51f9HBLJPQSdcAsg$apsAWt5fxT0Gj8z57YSfudyZ8EmULp1NzjNCc6X1TTA', 'USER', 'listener', true, '2026-11-30 06:30:11.567709+00', '2026-11-30 06:30:11.567709+00', '2026-11-30 06:30:13.053873+00', NULL, false, 'en', NULL);
INSERT INTO public.accounts VALUES ('01a22b25-91f7-7a47-9bd3-e041cce688ef', '01a22b25-91f7-7a47-9bd3-e041cce688ef@deleted.invalid', 'deleted-01a22b25-91f7-7a47-9bd3-e041cce688ef', NULL, 'USER', 'listener', false, '2026-11-30 06:30:12.215724+00', '2026-11-30 06:30:12.215724+00', '2026-11-30 06:30:15.52732+00', NULL, false, 'en', '2026-11-30 06:30:15.52732+00');
INSERT INTO public.accounts VALUES ('01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'ada@example.com', 'ada', '$argon2id$v=19$m=65536,t=2,p=1$Xya5MjhKTSgFQ8/6AYbaqQ$JG2ERK2Xc0MvB9YBCStnQkqqGyNxlUiAtQYR5hMKk+Q', 'ADMIN', 'listener', true, '2026-11-30 06:30:12.807263+00', '2026-11-30 06:30:11.109003+00', '2026-11-30 06:30:15.543527+00', NULL, false, 'en', NULL);
INSERT INTO public.announcements VALUES ('01a22b25-9f01-76e5-be8c-d9514976cc7a', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'Maintenance', 'Tonight at two.', '2026-11-30 06:30:15.553738+00');
INSERT INTO public.blocks VALUES ('01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', '01a22b25-91f7-7a47-9bd3-e041cce688ef', '2026-11-30 06:30:12.668484+00');
INSERT INTO public.conversation_members VALUES ('01a22b25-8f6f-77f0-9b89-e614933ed241', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '01a22b25-93c9-7e6c-8476-1a9ba95292a0', '01a22b25-93dc-7c0e-8fab-fe726edd2487', 1);
INSERT INTO public.conversation_members VALUES ('01a22b25-8da3-7dbd-8c63-2030c3f1d032', '01a22b25-8f6f-77f0-9b89-e614933ed241', '01a22b25-93c9-7e6c-8476-1a9ba95292a0', '01a22b25-93dc-7c0e-8fab-fe726edd2487', 1);
INSERT INTO public.conversations VALUES ('01a22b25-93c9-7e6c-8476-1a9ba95292a0', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '01a22b25-8f6f-77f0-9b89-e614933ed241', 2, '2026-11-30 06:30:12.684591+00');
INSERT INTO public.friend_requests VALUES ('01a22b25-93ad-7e4b-baf6-978fbd249bee', '01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', NULL, '2026-11-30 06:30:12.653667+00');
INSERT INTO public.friends VALUES ('01a22b25-8da3-7dbd-8c63-2030c3f1d032', '01a22b25-8f6f-77f0-9b89-e614933ed241', '01a22b25-931a-7692-957e-70f8a96842bc', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '2026-11-30 06:30:12.507828+00', '2026-11-30 06:30:12.637571+00');
INSERT INTO public.friends VALUES ('01a22b25-8f6f-77f0-9b89-e614933ed241', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '01a22b25-931a-7692-957e-70f8a96842bc', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '2026-11-30 06:30:12.507828+00', '2026-11-30 06:30:12.637571+00');
INSERT INTO public.installation VALUES ('1aa99638-4c9c-49b2-b9c5-e93d0c7a39cc', true);
INSERT INTO public.media VALUES ('01a22b25-9708-74b0-a988-ad3aff4572d4', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'avatar', 'dump.png', '01a22b25-9708-74b0-a988-ad3aff4572d4.png', 'image/png', 'png', 74, '\x5e10570e23e2314d860ec0acb162a0af16fb21cfb1177fdf7d930e1d1e32ad36', 'pending', NULL, NULL, NULL, '2026-11-30 06:30:13.515303+00', '2026-11-30 06:30:13.515303+00');
INSERT INTO public.messages VALUES ('01a22b25-93c9-7070-a323-3b8f531ddaa8', '01a22b25-93c9-7e6c-8476-1a9ba95292a0', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '01a22b25-8f6f-77f0-9b89-e614933ed241', 'Hello Bob', NULL, '2026-11-30 06:30:12.684591+00', NULL, NULL);
INSERT INTO public.messages VALUES ('01a22b25-93dc-7c0e-8fab-fe726edd2487', '01a22b25-93c9-7e6c-8476-1a9ba95292a0', '01a22b25-8f6f-77f0-9b89-e614933ed241', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'Hello Ada', NULL, '2026-11-30 06:30:12.700904+00', NULL, NULL);
INSERT INTO public.migrations VALUES ('m0001_foundation', '277dc6cfaa17f417', '2026-11-30 06:30:08.892906+00');
INSERT INTO public.migrations VALUES ('m0002_jobs', '81a04b1f566bc6a4', '2026-11-30 06:30:08.907558+00');
INSERT INTO public.migrations VALUES ('m0003_upkeep', '02f026aa96293054', '2026-11-30 06:30:08.918413+00');
INSERT INTO public.migrations VALUES ('m0004_identity', 'd2143fd441d4f8e7', '2026-11-30 06:30:08.922266+00');
INSERT INTO public.migrations VALUES ('m0005_social', '329ad77fb3067c82', '2026-11-30 06:30:08.936468+00');
INSERT INTO public.migrations VALUES ('m0006_notifications', '1077ef14bf95d62e', '2026-11-30 06:30:08.966901+00');
INSERT INTO public.notifications VALUES ('01930000-0000-7000-8000-0000000000a1', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'friend_request', '01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', '01a22b25-93ad-7e4b-baf6-978fbd249bee', NULL, NULL, 'friend_request:earlier', true, NULL, NULL, '2026-11-30 06:30:15.60119+00');
INSERT INTO public.outbox VALUES ('01a22b25-8da3-7e55-be9b-e481802a81f8', 'email', 'send-welcome', '{"name": "ada", "email": "ada@example.com", "language": "en"}', '2026-11-30 06:30:11.109003+00', 0, 'queued', NULL, NULL, 'd6a9f48548b577ca', '2026-11-30 06:30:11.109003+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-8da3-7e55-be9b-e481802a81f9', 'email', 'send-verification', '{"link": "01a22b25-8da3-7391-af4c-852a87bf7843", "account": "01a22b25-8da3-7dbd-8c63-2030c3f1d032"}', '2026-11-30 06:30:11.109003+00', 0, 'queued', NULL, 'send-verification:01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'd6a9f48548b577ca', '2026-11-30 06:30:11.109003+00', 0, NULL, NULL, NULL, '2026-11-30 06:31:11.109003+00', NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-8f6f-7c23-ae85-0467d779e826', 'email', 'send-welcome', '{"name": "bob", "email": "bob@example.com", "language": "en"}', '2026-11-30 06:30:11.567709+00', 0, 'queued', NULL, NULL, 'd6a9f48548b577cb', '2026-11-30 06:30:11.567709+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-8f6f-7c23-ae85-0467d779e827', 'email', 'send-verification', '{"link": "01a22b25-8f6f-7fb4-bad7-4eb6e1722f62", "account": "01a22b25-8f6f-77f0-9b89-e614933ed241"}', '2026-11-30 06:30:11.567709+00', 0, 'queued', NULL, 'send-verification:01a22b25-8f6f-77f0-9b89-e614933ed241', 'd6a9f48548b577cb', '2026-11-30 06:30:11.567709+00', 0, NULL, NULL, NULL, '2026-11-30 06:31:11.567709+00', NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-90c4-7a82-9c99-357437ccf4cf', 'email', 'send-welcome', '{"name": "cyd", "email": "cyd@example.com", "language": "en"}', '2026-11-30 06:30:11.909515+00', 0, 'queued', NULL, NULL, '1338045169f799ff', '2026-11-30 06:30:11.909515+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-90c4-7a82-9c99-357437ccf4d0', 'email', 'send-verification', '{"link": "01a22b25-90c4-7e8c-9982-0eec543c4f29", "account": "01a22b25-90c4-75f6-a9d6-25d3c15c6d5b"}', '2026-11-30 06:30:11.909515+00', 0, 'queued', NULL, 'send-verification:01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', '1338045169f799ff', '2026-11-30 06:30:11.909515+00', 0, NULL, NULL, NULL, '2026-11-30 06:31:11.909515+00', NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-91f7-76cb-b2ac-200494ce94f3', 'email', 'send-welcome', '{"name": "dee", "email": "dee@example.com", "language": "en"}', '2026-11-30 06:30:12.215724+00', 0, 'queued', NULL, NULL, '1338045169f79a00', '2026-11-30 06:30:12.215724+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-91f7-76cb-b2ac-200494ce94f4', 'email', 'send-verification', '{"link": "01a22b25-91f7-791f-91a5-cfbfa2ee1efe", "account": "01a22b25-91f7-7a47-9bd3-e041cce688ef"}', '2026-11-30 06:30:12.215724+00', 0, 'queued', NULL, 'send-verification:01a22b25-91f7-7a47-9bd3-e041cce688ef', '1338045169f79a00', '2026-11-30 06:30:12.215724+00', 0, NULL, NULL, NULL, '2026-11-30 06:31:12.215724+00', NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-931a-7bfa-8a60-be60df872462', 'notifications', 'notify', '{"user": "01a22b25-8f6f-77f0-9b89-e614933ed241", "about": "friend_request", "actor": "01a22b25-8da3-7dbd-8c63-2030c3f1d032", "entity": "01a22b25-931a-7692-957e-70f8a96842bc"}', '2026-11-30 06:30:12.507828+00', 0, 'queued', NULL, NULL, '1338045169f79a01', '2026-11-30 06:30:12.507828+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-939d-79c6-9747-1d7bedaef7ff', 'notifications', 'notify', '{"user": "01a22b25-8da3-7dbd-8c63-2030c3f1d032", "about": "friend_request_accepted", "actor": "01a22b25-8f6f-77f0-9b89-e614933ed241", "entity": "01a22b25-931a-7692-957e-70f8a96842bc"}', '2026-11-30 06:30:12.637571+00', 0, 'queued', NULL, NULL, '1338045169f79a02', '2026-11-30 06:30:12.637571+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-939d-79c6-9747-1d7bedaef800', 'notifications', 'report-first-friend', '{"user": "01a22b25-8da3-7dbd-8c63-2030c3f1d032", "friend": "01a22b25-8f6f-77f0-9b89-e614933ed241"}', '2026-11-30 06:30:12.637571+00', 0, 'queued', NULL, NULL, '1338045169f79a02', '2026-11-30 06:30:12.637571+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-939d-79c6-9747-1d7bedaef801', 'notifications', 'report-first-friend', '{"user": "01a22b25-8f6f-77f0-9b89-e614933ed241", "friend": "01a22b25-8da3-7dbd-8c63-2030c3f1d032"}', '2026-11-30 06:30:12.637571+00', 0, 'queued', NULL, NULL, '1338045169f79a02', '2026-11-30 06:30:12.637571+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-93ad-7496-8b1d-2975390ad219', 'notifications', 'notify', '{"user": "01a22b25-8da3-7dbd-8c63-2030c3f1d032", "about": "friend_request", "actor": "01a22b25-90c4-75f6-a9d6-25d3c15c6d5b", "entity": "01a22b25-93ad-7e4b-baf6-978fbd249bee"}', '2026-11-30 06:30:12.653667+00', 0, 'queued', NULL, NULL, 'd6a9f48548b577cc', '2026-11-30 06:30:12.653667+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-93c9-76b8-9a44-6a88bd63ada2', 'notifications', 'notify', '{"user": "01a22b25-8f6f-77f0-9b89-e614933ed241", "about": "new_message", "actor": "01a22b25-8da3-7dbd-8c63-2030c3f1d032", "entity": "01a22b25-93c9-7070-a323-3b8f531ddaa8"}', '2026-11-30 06:30:12.684591+00', 0, 'queued', NULL, NULL, 'd6a9f48548b577ce', '2026-11-30 06:30:12.684591+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-93dc-7886-abb5-dab126fb317b', 'notifications', 'notify', '{"user": "01a22b25-8da3-7dbd-8c63-2030c3f1d032", "about": "new_message", "actor": "01a22b25-8f6f-77f0-9b89-e614933ed241", "entity": "01a22b25-93dc-7c0e-8fab-fe726edd2487"}', '2026-11-30 06:30:12.700904+00', 0, 'queued', NULL, NULL, 'd6a9f48548b577cf', '2026-11-30 06:30:12.700904+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-9446-7ac7-a90f-66eb4dbae459', 'email', 'send-sign-in-notice', '{"account": "01a22b25-8da3-7dbd-8c63-2030c3f1d032", "session": "01a22b25-9446-72ff-9096-1bac37695acb"}', '2026-11-30 06:30:12.807263+00', 0, 'queued', NULL, 'send-sign-in-notice:01a22b25-8da3-7dbd-8c63-2030c3f1d032', '1338045169f79a03', '2026-11-30 06:30:12.807263+00', 0, NULL, NULL, NULL, '2026-11-30 06:31:12.807263+00', NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-953d-72fc-8025-9f32cfefa03e', 'email', 'send-password-changed', '{"account": "01a22b25-8f6f-77f0-9b89-e614933ed241"}', '2026-11-30 06:30:13.053873+00', 0, 'queued', NULL, 'send-password-changed:01a22b25-8f6f-77f0-9b89-e614933ed241', 'd6a9f48548b577d0', '2026-11-30 06:30:13.053873+00', 0, NULL, NULL, NULL, '2026-11-30 06:31:13.053873+00', NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-954e-7cc0-9797-7494207d0855', 'email', 'send-reset-password', '{"link": "01a22b25-954e-79f4-aa4b-95269ea6c101", "email": "cyd@example.com"}', '2026-11-30 06:30:13.072298+00', 0, 'queued', NULL, 'send-reset-password:cyd@example.com', 'd6a9f48548b577d1', '2026-11-30 06:30:13.072298+00', 0, NULL, NULL, NULL, '2026-11-30 06:31:13.072298+00', NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-95f2-7c6a-8204-2341c4243cf9', 'counters', 'export-account', '{"account": "01a22b25-8da3-7dbd-8c63-2030c3f1d032"}', '2026-11-30 06:30:13.235117+00', 0, 'queued', NULL, 'export-account:01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'd6a9f48548b577d2', '2026-11-30 06:30:13.235117+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-970a-7b35-8dda-5b67d5bce853', 'images', 'make-avatar', '{"media": "01a22b25-9708-74b0-a988-ad3aff4572d4"}', '2026-11-30 06:30:13.515303+00', 0, 'queued', NULL, NULL, '1338045169f79a04', '2026-11-30 06:30:13.515303+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-9ee6-7851-a111-6b47cbaefd37', 'counters', 'delete-account', '{"account": "01a22b25-91f7-7a47-9bd3-e041cce688ef"}', '2026-11-30 06:30:15.52732+00', 0, 'queued', NULL, NULL, '1338045169f79a05', '2026-11-30 06:30:15.52732+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01a22b25-9f01-73ef-9cee-1c7e39b4ff7c', 'notifications', 'announce', '{"announcement": "01a22b25-9f01-76e5-be8c-d9514976cc7a"}', '2026-11-30 06:30:15.553738+00', 0, 'queued', NULL, NULL, '1338045169f79a06', '2026-11-30 06:30:15.553738+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000001', 'notifications', 'announce-to', '{"people": ["01a22b25-8f6f-77f0-9b89-e614933ed241", "01a22b25-90c4-75f6-a9d6-25d3c15c6d5b"], "announcement": "01a22b25-9f01-76e5-be8c-d9514976cc7a"}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, NULL, NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000002', 'notifications', 'send-push', '{"notification": "01930000-0000-7000-8000-0000000000a1"}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, NULL, NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000003', 'notifications', 'send-web-push', '{"notification": "01930000-0000-7000-8000-0000000000a1", "subscription": "01930000-0000-7000-8000-0000000000b1"}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, NULL, NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000005', 'images', 'remove-media', '{"media": ["01930000-0000-7000-8000-0000000000c1"]}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, NULL, NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000006', 'images', 'remove-orphaned-uploads', '{}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, 'remove-orphaned-uploads:all', NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000007', 'counters', 'reconcile-counters', '{}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, 'reconcile-counters:all', NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000009', 'counters', 'prune-sessions', '{}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, 'prune-sessions:all', NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-00000000000a', 'counters', 'prune-jobs', '{}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, NULL, NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-00000000000b', 'presence', 'expire-presence', '{}', '2026-11-30 06:30:15.604216+00', 0, 'queued', NULL, NULL, NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000004', 'email', 'send-digest', '{"account": "01a22b25-8da3-7dbd-8c63-2030c3f1d032"}', '2026-11-30 07:30:15.605075+00', 0, 'queued', NULL, 'send-digest:01a22b25-8da3-7dbd-8c63-2030c3f1d032', NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-000000000008', 'counters', 'prune-exports', '{}', '2026-11-30 07:30:15.605075+00', 0, 'queued', NULL, 'prune-exports:all', NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]');
INSERT INTO public.outbox VALUES ('01930000-0000-7000-8000-00000000000c', 'email', 'send-reset-password', '{"link": "01930000-0000-7000-8000-0000000000d1", "email": "bob@example.com"}', '2026-11-30 06:30:15.604216+00', 25, 'dead', 'the mail server refused the address', NULL, NULL, '2026-11-30 06:30:15.604216+00', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-30 06:30:15.604216+00', NULL, '[{"at": "2026-11-30T06:30:15.604Z", "event": "dead", "attempt": 25, "error": "the mail server refused the address"}]');
INSERT INTO public.profiles VALUES ('01a22b25-8f6f-77f0-9b89-e614933ed241', NULL, 0, 0, '2026-11-30 06:30:11.567709+00', '2026-11-30 06:30:11.567709+00', 'Bob', NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 1, 1, '2026-11-30 06:30:12.637571+00', true, ' bob bob');
INSERT INTO public.profiles VALUES ('01a22b25-8da3-7dbd-8c63-2030c3f1d032', NULL, 1, 74, '2026-11-30 06:30:11.109003+00', '2026-11-30 06:30:11.109003+00', 'Ada', NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 1, 1, '2026-11-30 06:30:12.637571+00', true, ' ada ada');
INSERT INTO public.profiles VALUES ('01a22b25-91f7-7a47-9bd3-e041cce688ef', NULL, 0, 0, '2026-11-30 06:30:12.215724+00', '2026-11-30 06:30:12.215724+00', 'Dee', NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, NULL, true, '');
INSERT INTO public.profiles VALUES ('01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', NULL, 0, 0, '2026-11-30 06:30:11.909515+00', '2026-11-30 06:30:11.909515+00', 'Cyd', NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 5, 0, NULL, true, ' cyd cyd');
INSERT INTO public.push_subscriptions VALUES ('01930000-0000-7000-8000-0000000000b1', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', 'http://127.0.0.1:9/push', '\x0404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404', '\x05050505050505050505050505050505', '2026-11-30 06:30:15.603557+00');
INSERT INTO public.sessions VALUES ('01a22b25-8da3-7d04-b8ad-a97792c87a3b', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '\xa701763457b7918e97bc6b6fca27d82da3b6cf6e0ec163398e22a823e3c7b4fa', 'curl/7.88.1', '127.0.0.1', '2026-11-30 06:30:11.109003+00', '2026-11-30 06:30:11.109003+00', '2026-12-07 06:30:11.107316+00', NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22b25-8f6f-7a4c-bf79-c1cdaff2fc5a', '01a22b25-8f6f-77f0-9b89-e614933ed241', '\xeccd8cc77d5a65d96bd4319944663e53e3659c5b3293cd12caad877828ec691f', 'curl/7.88.1', '127.0.0.1', '2026-11-30 06:30:11.567709+00', '2026-11-30 06:30:11.567709+00', '2026-12-07 06:30:11.567434+00', NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22b25-90c4-7cf7-a154-6d9069f01f0f', '01a22b25-90c4-75f6-a9d6-25d3c15c6d5b', '\xaccc4b3dc0749dbe35888267de161eb039c7e085e629cde64f78db7cbb42c0a9', 'curl/7.88.1', '127.0.0.1', '2026-11-30 06:30:11.909515+00', '2026-11-30 06:30:11.909515+00', '2026-12-07 06:30:11.908316+00', NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22b25-9446-72ff-9096-1bac37695acb', '01a22b25-8da3-7dbd-8c63-2030c3f1d032', '\x0f3ac5ce62ff78854fa52ee4a7d86f3d32d0cc1d16436de42a110230b6ec38f2', 'Another', '127.0.0.1', '2026-11-30 06:30:12.807263+00', '2026-11-30 06:30:12.807263+00', '2026-12-07 06:30:12.80647+00', NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22b25-91f7-7ebf-a65a-4522cfbe9258', '01a22b25-91f7-7a47-9bd3-e041cce688ef', '\x995e1ea5ab53fa64b0883df4b7b44b537b9be2a01cef2b112e4a9d094c85f304', NULL, NULL, '2026-11-30 06:30:12.215724+00', '2026-11-30 06:30:12.215724+00', '2026-12-07 06:30:12.215475+00', '2026-11-30 06:30:15.52732+00', 'deleted');
ALTER TABLE ONLY public.account_exports
    ADD CONSTRAINT account_exports_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_links_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.announcements
    ADD CONSTRAINT announcements_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_pkey PRIMARY KEY (blocker_id, blocked_id);
ALTER TABLE ONLY public.conversation_members
    ADD CONSTRAINT conversation_members_pkey PRIMARY KEY (user_id, other_id);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pair UNIQUE (low_id, high_id);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.friend_requests
    ADD CONSTRAINT friend_requests_once UNIQUE (sender_id, receiver_id);
ALTER TABLE ONLY public.friend_requests
    ADD CONSTRAINT friend_requests_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.friends
    ADD CONSTRAINT friends_pkey PRIMARY KEY (user_id, friend_id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY public.media
    ADD CONSTRAINT media_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_once UNIQUE (user_id, event);
ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.paused_queues
    ADD CONSTRAINT paused_queues_pkey PRIMARY KEY (queue);
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.provider_identities
    ADD CONSTRAINT provider_identities_pkey PRIMARY KEY (issuer, subject);
ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_once UNIQUE (endpoint);
ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticks
    ADD CONSTRAINT ticks_pkey PRIMARY KEY (name, due_at);
ALTER TABLE ONLY public.used_nonces
    ADD CONSTRAINT used_nonces_pkey PRIMARY KEY (nonce);
CREATE INDEX account_exports_expired ON public.account_exports USING btree (expires_at);
CREATE INDEX account_links_by_user ON public.account_links USING btree (user_id, kind);
CREATE INDEX account_links_expired ON public.account_links USING btree (expires_at);
CREATE UNIQUE INDEX accounts_email_unique ON public.accounts USING btree (lower(email));
CREATE UNIQUE INDEX accounts_username_unique ON public.accounts USING btree (lower(username));
CREATE INDEX blocks_of_blocked ON public.blocks USING btree (blocked_id, blocker_id);
CREATE INDEX conversation_members_recent ON public.conversation_members USING btree (user_id, last_message_id DESC);
CREATE INDEX conversations_of_high ON public.conversations USING btree (high_id);
CREATE INDEX friend_requests_incoming ON public.friend_requests USING btree (receiver_id, created_at DESC, id);
CREATE INDEX friend_requests_outgoing ON public.friend_requests USING btree (sender_id, created_at DESC, id);
CREATE INDEX friends_by_age ON public.friends USING btree (user_id, accepted_at DESC, friend_id);
CREATE INDEX friends_by_id ON public.friends USING btree (id);
CREATE INDEX idempotency_keys_old ON public.idempotency_keys USING btree (created_at);
CREATE INDEX idx_messages_conversation ON public.messages USING btree (sender_id, receiver_id, created_at DESC);
CREATE INDEX media_by_user ON public.media USING btree (user_id, purpose, id DESC);
CREATE INDEX messages_in_order ON public.messages USING btree (conversation_id, id DESC);
CREATE INDEX messages_undelivered ON public.messages USING btree (receiver_id, sender_id) WHERE (delivered_at IS NULL);
CREATE INDEX notifications_by_actor ON public.notifications USING btree (actor_id) WHERE (actor_id IS NOT NULL);
CREATE INDEX notifications_by_entity ON public.notifications USING btree (user_id, entity_id) WHERE (entity_id IS NOT NULL);
CREATE INDEX notifications_by_user ON public.notifications USING btree (user_id, id DESC);
CREATE INDEX notifications_to_mail ON public.notifications USING btree (user_id, id) WHERE (wants_email AND (emailed_at IS NULL) AND (read_at IS NULL));
CREATE INDEX outbox_batch ON public.outbox USING btree (batch_id, state) WHERE (batch_id IS NOT NULL);
CREATE INDEX outbox_due ON public.outbox USING btree (run_at, id) WHERE (state = 'queued'::text);
CREATE INDEX outbox_ended ON public.outbox USING btree (state, queue, ended_at) WHERE (state = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text]));
CREATE INDEX outbox_prunable ON public.outbox USING btree (keep_until) WHERE (keep_until IS NOT NULL);
CREATE UNIQUE INDEX outbox_unique_key ON public.outbox USING btree (unique_key) WHERE (unique_key IS NOT NULL);
CREATE INDEX outbox_waiting ON public.outbox USING btree (id) WHERE (state = 'waiting'::text);
CREATE INDEX profiles_hidden ON public.profiles USING btree (user_id) WHERE (NOT show_online_status);
CREATE INDEX profiles_search ON public.profiles USING gin (search_text public.gin_trgm_ops);
CREATE INDEX provider_identities_by_user ON public.provider_identities USING btree (user_id);
CREATE INDEX push_subscriptions_by_user ON public.push_subscriptions USING btree (user_id);
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id);
CREATE INDEX sessions_ended ON public.sessions USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX sessions_open_by_user ON public.sessions USING btree (user_id) WHERE (ended_at IS NULL);
CREATE INDEX used_nonces_expired ON public.used_nonces USING btree (expires_at);
CREATE TRIGGER accounts_search AFTER UPDATE OF username, deleted_at ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.search_text_changed();
CREATE TRIGGER friend_requests_forgotten AFTER DELETE ON public.friend_requests FOR EACH ROW EXECUTE FUNCTION public.forget_friend_request();
CREATE TRIGGER profiles_search AFTER INSERT OR UPDATE OF first_name, last_name ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.search_text_changed();
ALTER TABLE ONLY public.account_exports
    ADD CONSTRAINT account_exports_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.announcements
    ADD CONSTRAINT announcements_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.accounts(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_blocker_id_fkey FOREIGN KEY (blocker_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.conversation_members
    ADD CONSTRAINT conversation_members_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.conversation_members
    ADD CONSTRAINT conversation_members_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.conversation_members
    ADD CONSTRAINT conversation_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_high_id_fkey FOREIGN KEY (high_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_low_id_fkey FOREIGN KEY (low_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.friend_requests
    ADD CONSTRAINT friend_requests_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.friend_requests
    ADD CONSTRAINT friend_requests_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.friends
    ADD CONSTRAINT friends_friend_id_fkey FOREIGN KEY (friend_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.friends
    ADD CONSTRAINT friends_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.media
    ADD CONSTRAINT media_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.accounts(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_avatar_media_id_fkey FOREIGN KEY (avatar_media_id) REFERENCES public.media(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.provider_identities
    ADD CONSTRAINT provider_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(id) ON DELETE SET NULL;
