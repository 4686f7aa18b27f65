-- Domain events, for other services. A statement that records one has locked the subject's account, and its profile too
-- unless it closes or creates the account. So of two events of a user the later one is recorded after the commit of the
-- earlier one: it has the higher position, and a snapshot that has it has the earlier one.

-- Records an event, given as an object; null is none.
CREATE OR REPLACE FUNCTION add_domain_event(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF event IS NULL THEN RETURN; END IF;
    INSERT INTO domain_events (id, subject, kind, data)
    VALUES ((event ->> 'id')::uuid, (event ->> 'subject')::uuid, event ->> 'kind', event -> 'data');
END
$$;

-- Keeps the account of a user from being deleted until the end of the transaction. False if it is deleted: then no
-- event of the user may follow.
CREATE OR REPLACE FUNCTION lock_subject(account uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE id = account AND deleted_at IS NULL FOR KEY SHARE;
    RETURN FOUND;
END
$$;

-- Numbers events that are recorded. One call at a time, so that a number is never visible before a lower one. Each of
-- its statements sees what is committed by then. The plans of these functions must stay right when the
-- table grows: a session makes them once.
CREATE OR REPLACE FUNCTION number_events() RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE
    newest bigint;
    numbered bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM domain_events WHERE sequence IS NULL) THEN RETURN; END IF;
    SELECT last INTO newest FROM event_numbering WHERE is_only FOR UPDATE;
    UPDATE domain_events
    SET sequence = newest + fresh.number
    FROM (
        SELECT position, row_number() OVER (ORDER BY position) AS number
        FROM (SELECT position FROM domain_events WHERE sequence IS NULL ORDER BY position LIMIT 5000) AS lowest
    ) AS fresh
    WHERE domain_events.position = fresh.position AND sequence IS NULL;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    UPDATE event_numbering SET last = newest + numbered WHERE is_only;
END
$$;

-- Adds destinations that are new, and records that all of them are in use. Those of the first call get every event,
-- those that are added later every new one.
CREATE OR REPLACE FUNCTION use_event_destinations(names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    since bigint := 0;
BEGIN
    UPDATE event_destinations SET seen_at = now() WHERE name = ANY (names) AND seen_at < now() - interval '1 hour';
    IF NOT EXISTS (
        SELECT FROM unnest(names) AS wanted
        WHERE NOT EXISTS (SELECT FROM event_destinations WHERE name = wanted))
    THEN
        RETURN;
    END IF;
    PERFORM number_events();
    SELECT last INTO since FROM event_numbering FOR UPDATE;
    IF NOT EXISTS (SELECT FROM event_destinations) THEN since := 0; END IF;
    INSERT INTO event_destinations (name, sequence) SELECT unnest(names), since ON CONFLICT DO NOTHING;
END
$$;

-- Records that a destination has the events up to `published`, unless that is null, and returns the next ones, the
-- oldest first, each with the number of the last event that the destination has. With them the publisher holds the
-- destination for `lease`; without any it holds it no longer. Returns a single row of nulls, and changes nothing, if
-- another publisher holds it, or took it over.
CREATE OR REPLACE FUNCTION next_events(
    destination text, publisher uuid, published bigint, wanted integer, lease interval)
RETURNS TABLE (
    reached bigint, sequence bigint, id uuid, subject uuid, kind text, data jsonb, created_at timestamptz)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    last_published bigint;
BEGIN
    -- Most calls find nothing, and write nothing.
    IF published IS NULL
        AND NOT EXISTS (SELECT FROM domain_events WHERE domain_events.sequence IS NULL)
        AND (SELECT last FROM event_numbering WHERE is_only)
            = (SELECT known.sequence FROM event_destinations AS known WHERE name = destination)
    THEN
        RETURN;
    END IF;
    UPDATE event_destinations AS known
    SET holder = publisher, held_until = clock_timestamp() + lease, sequence = coalesce(published, known.sequence)
    WHERE name = destination
      AND (holder = publisher OR published IS NULL AND held_until <= clock_timestamp())
    RETURNING known.sequence INTO last_published;
    IF NOT FOUND THEN
        RETURN QUERY SELECT NULL::bigint, NULL::bigint, NULL::uuid, NULL::uuid, NULL, NULL::jsonb, NULL::timestamptz;
        RETURN;
    END IF;
    PERFORM number_events();
    RETURN QUERY
        SELECT last_published, event.sequence, event.id, event.subject, event.kind, event.data, event.created_at
        FROM domain_events AS event
        WHERE event.sequence > last_published
        ORDER BY event.sequence
        LIMIT wanted;
    IF NOT FOUND THEN UPDATE event_destinations SET held_until = '-infinity' WHERE name = destination; END IF;
END
$$;

-- How many events each destination does not have yet, and the age of the oldest of them, in seconds.
CREATE OR REPLACE FUNCTION event_backlogs(names text[])
RETURNS TABLE (name text, pending bigint, oldest_seconds double precision) LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    unnumbered bigint;
    first_unnumbered timestamptz;
BEGIN
    SELECT count(*), min(created_at) INTO unnumbered, first_unnumbered
    FROM (SELECT created_at FROM domain_events WHERE sequence IS NULL ORDER BY position LIMIT 5000) AS lowest;
    RETURN QUERY
        SELECT known.name, last - known.sequence + unnumbered,
               coalesce(extract(epoch FROM clock_timestamp() - coalesce(
                   (SELECT created_at FROM domain_events AS event WHERE event.sequence > known.sequence
                    ORDER BY event.sequence LIMIT 1),
                   first_unnumbered))::double precision, 0)
        FROM event_destinations AS known, event_numbering
        WHERE known.name = ANY (names) AND is_only;
END
$$;

-- Deletes old events that every destination has; those recorded `keep` ago, a bounded number at a time. A destination
-- that has been in no publisher's settings for so long, while others were, is forgotten first.
CREATE OR REPLACE FUNCTION prune_events(keep interval, wanted integer) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE
    removed integer;
BEGIN
    DELETE FROM event_destinations WHERE seen_at < (SELECT max(seen_at) FROM event_destinations) - keep;
    DELETE FROM domain_events
    WHERE sequence IN (
        SELECT sequence
        FROM (
            SELECT sequence, created_at FROM domain_events
            WHERE sequence <= (SELECT min(sequence) FROM event_destinations)
            ORDER BY sequence LIMIT wanted
        ) AS oldest
        WHERE created_at < now() - keep);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;
