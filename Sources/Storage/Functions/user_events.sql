-- The events that clients of a user get, also those that were not connected. A statement that causes one appends it
-- last, once for all of its events: the heads, locked in the order of the users, come behind every other lock, so that
-- they are held for the commit alone, and two statements cannot deadlock.
--
-- Kinds: 1 new_message, 2 message_read, 3 message_deleted, 4 notification, 5 notification_read (without an entity: all
-- of them), 6 notification_read of a group up to that notification; of friends 10 requested, 11 accepted, 12 withdrawn,
-- 13 removed; 20 relation_changed, a block or its end, which no client gets. `UserEventKind` has their names.

-- Appends events: for each the user who gets it (null: none), its kind, what it is about, and who caused it or is
-- concerned. The time is taken behind the lock, so that the times of a user have the order of the numbers.
-- `appended_events` returns the last position of each user, for those who are waiting.
CREATE OR REPLACE FUNCTION append_user_events(users uuid[], kinds smallint[], entities uuid[], actors uuid[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    appended text;
BEGIN
    IF cardinality(users) <= 2 AND users[1] IS DISTINCT FROM users[2] THEN
        -- The usual case, with a tenth less work: each user gets one event.
        WITH heads AS (
            INSERT INTO user_event_heads AS head (user_id, last_seq, last_at)
            SELECT owner, 1, clock_timestamp() FROM unnest(users) AS owner WHERE owner IS NOT NULL ORDER BY owner
            ON CONFLICT (user_id) DO UPDATE SET last_seq = head.last_seq + 1, last_at = clock_timestamp()
            RETURNING user_id, last_seq, last_at
        ), added AS (
            INSERT INTO user_events (user_id, seq, kind, entity_id, actor_id, created_at)
            SELECT user_id, last_seq, kinds[place], entities[place], actors[place], last_at
            FROM heads CROSS JOIN LATERAL array_position(users, user_id) AS place
            RETURNING user_id, seq, created_at
        )
        SELECT string_agg(user_id || ' ' || seq || ' ' || event_microseconds(created_at), ',') INTO appended
        FROM added;
    ELSE
        WITH heads AS (
            INSERT INTO user_event_heads AS head (user_id, last_seq, last_at)
            SELECT owner, count(*), clock_timestamp()
            FROM unnest(users) AS owner WHERE owner IS NOT NULL GROUP BY owner ORDER BY owner
            ON CONFLICT (user_id) DO UPDATE
            SET last_seq = head.last_seq + excluded.last_seq, last_at = clock_timestamp()
            RETURNING user_id, last_seq, last_at
        ), added AS (
            INSERT INTO user_events (user_id, seq, kind, entity_id, actor_id, created_at)
            SELECT user_id, last_seq - cardinality(places) + number, kinds[place], entities[place], actors[place],
                   last_at
            FROM heads CROSS JOIN LATERAL array_positions(users, user_id) AS places
                CROSS JOIN LATERAL unnest(places) WITH ORDINALITY AS event (place, number)
        )
        SELECT string_agg(user_id || ' ' || last_seq || ' ' || event_microseconds(last_at), ',') INTO appended
        FROM heads;
    END IF;
    PERFORM set_config('socialplay.appended_events', coalesce(appended, ''), true);
END
$$;

-- The time of an event in a position: microseconds since 1970. `date_part` is exact for two hundred years, and costs a
-- third of `extract`. Stable, as it is: PostgreSQL then puts the expression in the place of the call.
CREATE OR REPLACE FUNCTION event_microseconds(event_time timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (date_part('epoch', event_time) * 1000000)::bigint
$$;

-- The name of a kind in exports.
CREATE OR REPLACE FUNCTION user_event_name(kind smallint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kind = 1 THEN 'new_message' WHEN kind = 2 THEN 'message_read' WHEN kind = 3 THEN 'message_deleted'
                WHEN kind = 4 THEN 'notification' WHEN kind IN (5, 6) THEN 'notification_read'
                WHEN kind BETWEEN 10 AND 13 THEN 'friends_changed' END
$$;

-- What the statement's transaction has appended: user, number and microseconds of the last event of each user, with
-- commas between the users; null if there is none. The columns behind a function see what it has done.
CREATE OR REPLACE FUNCTION appended_events() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('socialplay.appended_events', true), '')
$$;

-- Appends an event of friends: for one user about the other, and unless `is_hidden` for the other about the first. A
-- notification of a request that the transaction has deleted became read (`forget_friend_request`): an event too.
CREATE OR REPLACE FUNCTION append_friend_events(
    kind smallint, request uuid, one uuid, other uuid, is_hidden boolean, deleted uuid[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    users uuid[] := ARRAY[one, CASE WHEN NOT is_hidden THEN other END];
    marked record;
BEGIN
    SELECT coalesce(array_agg(user_id), '{}') AS users, coalesce(array_agg(id), '{}') AS ids INTO marked
    FROM notifications WHERE user_id IN (one, other) AND entity_id = ANY (deleted) AND read_at = now();
    PERFORM append_user_events(
        users || marked.users, ARRAY[kind, kind] || array_fill(5::smallint, ARRAY[cardinality(marked.ids)]),
        ARRAY[request, request] || marked.ids, ARRAY[other, one]);
END
$$;

-- Deletes the events of a user whose head is deleted: the trigger of `user_event_heads`.
CREATE OR REPLACE FUNCTION forget_user_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM user_events WHERE user_id = old.user_id;
    RETURN NULL;
END
$$;

-- Deletes events that are older than `keep`, a bounded number at a time. Returns how many. Heads stay, so that nothing
-- waits for this: a position is known by its row, or as that of the head.
CREATE OR REPLACE FUNCTION prune_user_events(keep interval, maximum integer) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    removed integer;
BEGIN
    DELETE FROM user_events
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM user_events WHERE created_at < now() - keep LIMIT maximum))
      AND created_at < now() - keep;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

-- Deletes some events of a deleted account. Returns how many.
CREATE OR REPLACE FUNCTION remove_some_user_events(account uuid, maximum integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    removed integer;
BEGIN
    DELETE FROM user_events
    WHERE user_id = account AND seq <= (
        SELECT max(seq)
        FROM (SELECT seq FROM user_events WHERE user_id = account ORDER BY seq LIMIT maximum) AS oldest);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;
