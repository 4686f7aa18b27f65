-- Plays of tracks.

-- Counts plays that are not counted yet, of at most `maximum` owners, who are locked one after the other in one order.
-- Players write rows of their own only, so that a popular track holds up no listener. Returns how many plays were
-- counted.
CREATE OR REPLACE FUNCTION count_plays(maximum integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    owners uuid[];
    counted integer;
BEGIN
    owners := ARRAY(SELECT DISTINCT owner_id FROM plays WHERE NOT is_counted ORDER BY owner_id LIMIT maximum);
    PERFORM FROM profiles WHERE user_id = ANY (owners) ORDER BY user_id FOR NO KEY UPDATE;
    WITH new AS (
        UPDATE plays SET is_counted = true WHERE owner_id = ANY (owners) AND NOT is_counted RETURNING owner_id
    ), sums AS (
        SELECT owner_id, count(*) AS plays FROM new GROUP BY owner_id
    ), changed AS (
        UPDATE profiles SET total_plays = total_plays + sums.plays FROM sums WHERE user_id = sums.owner_id
    )
    SELECT coalesce(sum(plays), 0) INTO counted FROM sums;
    RETURN counted;
END
$$;
