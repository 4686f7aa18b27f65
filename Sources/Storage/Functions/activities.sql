-- Activities: what users did that their followers are told.

-- Records an activity of a user whose profile is locked. Its id and time are made here, by PostgreSQL's clock, so that
-- feeds have one order. `jobs` add it to the timelines of the user's followers, and name it by a provisional id; a user
-- without followers needs none: with the profile locked, a follow that is not counted yet commits later, and its
-- follower's timeline is built after that. Returns the id if the jobs were enqueued.
CREATE OR REPLACE FUNCTION add_activity(actor uuid, kind text, media uuid, provisional uuid, jobs jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    stored_id uuid := next_message_id(NULL);
BEGIN
    INSERT INTO activities (id, actor_id, action, media_id, created_at)
    VALUES (stored_id, actor, kind, media, to_timestamp(uuid_milliseconds(stored_id) / 1000.0));
    IF NOT EXISTS (SELECT FROM follows WHERE following_id = actor AND NOT is_hidden) THEN RETURN NULL; END IF;
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs_naming(stored_id, provisional, jobs));
    RETURN stored_id;
END
$$;

-- The smallest id of version 7 of a time.
CREATE OR REPLACE FUNCTION first_id_at(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '70000000000000000000')::uuid
$$;
