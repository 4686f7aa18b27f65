-- What the product needs to look after itself: presence that outlives Redis, counters that equal their rows, and a name
-- of its own.

-- The last sign of life of a session that has ended.
ALTER TABLE accounts ADD COLUMN last_seen_at timestamptz;

-- One row, for ever the same: what tells this installation from others that share its servers. Kept here and not asked
-- of the server (pg_control_system), because it goes along with the data, and because installations share servers.
CREATE TABLE installation (
    id      uuid NOT NULL DEFAULT gen_random_uuid(),
    is_only boolean PRIMARY KEY DEFAULT true CONSTRAINT installation_is_only CHECK (is_only)
);
INSERT INTO installation DEFAULT VALUES;

-- Makes the counters of these profiles equal to their rows, and gives back those that were wrong. Whoever changes a row
-- changes the counter in the same transaction: with the profile locked none is half done, and the second statement, which
-- has a snapshot of its own, sees all that were done before.
CREATE FUNCTION correct_media_counters(accounts uuid[]) RETURNS SETOF uuid LANGUAGE sql VOLATILE AS $$
    SELECT user_id FROM profiles WHERE user_id = ANY(accounts) ORDER BY user_id FOR UPDATE;
    UPDATE profiles
    SET media_count = held.count, media_bytes = held.bytes
    FROM (
        SELECT account, count(media.id) AS count, coalesce(sum(media.byte_count), 0) AS bytes
        FROM unnest(accounts) AS account LEFT JOIN media ON media.user_id = account
        GROUP BY account
    ) AS held
    WHERE profiles.user_id = held.account AND (media_count, media_bytes) <> (held.count, held.bytes)
    RETURNING user_id;
$$;
