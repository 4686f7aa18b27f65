-- Counts of each day (S2-174): made by a job from the rows that are new since its last run, and corrected by what was
-- deleted meanwhile, so that they equal the rows and a run costs what has changed.

-- What a user did and received on a day (UTC). The key begins with the user: each reads the own days.
CREATE TABLE daily_user_counts (
    user_id           uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    day               date NOT NULL,
    posts             integer NOT NULL,
    comments          integer NOT NULL,
    likes             integer NOT NULL,
    follows           integer NOT NULL,
    messages          integer NOT NULL,
    media             integer NOT NULL,
    -- From other users.
    likes_received    integer NOT NULL,
    comments_received integer NOT NULL,
    followers         integer NOT NULL,
    PRIMARY KEY (user_id, day)
) WITH (fillfactor = 90);
-- For a day that is counted again.
CREATE INDEX daily_user_counts_of_day ON daily_user_counts (day);

-- The same of all users together.
CREATE TABLE daily_totals (
    day           date PRIMARY KEY,
    registrations bigint NOT NULL,
    -- Users who did something that is counted.
    active_users  bigint NOT NULL,
    posts         bigint NOT NULL,
    comments      bigint NOT NULL,
    likes         bigint NOT NULL,
    follows       bigint NOT NULL,
    messages      bigint NOT NULL,
    media         bigint NOT NULL
) WITH (fillfactor = 50);

-- Rows that were written before this time are counted. One row.
CREATE TABLE count_progress (
    is_single     boolean PRIMARY KEY DEFAULT true CONSTRAINT count_progress_single CHECK (is_single),
    counted_until timestamptz NOT NULL
);
INSERT INTO count_progress (counted_until)
SELECT date_trunc('day', coalesce(min(created_at), now()), 'UTC') FROM accounts;

-- What became wrong in the counts: rows that were deleted, and posts that have an earlier time than that of their
-- publication. Triggers write it, the job consumes it. The key begins with the minute, by which the job reads. There is
-- no reference to the account: its rows are deleted before it, and counted out of the totals afterwards.
CREATE TABLE count_corrections (
    minute  timestamptz NOT NULL,
    id      bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid NOT NULL,
    kind    text NOT NULL,
    change  integer NOT NULL,
    PRIMARY KEY (minute, id)
);

-- A part of a count: what changes for a user on a day.
CREATE TYPE count_change AS (user_id uuid, day date, kind text, change bigint);

-- The job reads rows by their time, in the order of which they were written: an index of some bytes for each range of
-- pages is enough, and costs a write next to nothing.
CREATE INDEX accounts_in_time ON accounts USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);
CREATE INDEX posts_in_time ON posts USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);
CREATE INDEX comments_in_time ON comments USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);
CREATE INDEX likes_in_time ON likes USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);
CREATE INDEX follows_in_time ON follows USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);
CREATE INDEX messages_in_time ON messages USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);
CREATE INDEX media_in_time ON media USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);

-- Functions/analytics.sql has what they do.
CREATE FUNCTION correct_counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION correct_received_counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN old; END $$;
CREATE FUNCTION forget_active_days() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN old; END $$;

-- A row of the last minute is not counted yet (`count_days`): most likes that end are such ones, and cost nothing here.
CREATE TRIGGER posts_uncounted AFTER DELETE ON posts FOR EACH ROW
    WHEN (old.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
CREATE TRIGGER comments_uncounted AFTER DELETE ON comments FOR EACH ROW
    WHEN (old.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
CREATE TRIGGER likes_uncounted AFTER DELETE ON likes FOR EACH ROW
    WHEN (old.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
CREATE TRIGGER follows_uncounted AFTER DELETE ON follows FOR EACH ROW
    WHEN (old.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
CREATE TRIGGER messages_uncounted AFTER DELETE ON messages FOR EACH ROW
    WHEN (old.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
CREATE TRIGGER media_uncounted AFTER DELETE ON media FOR EACH ROW
    WHEN (old.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
CREATE TRIGGER accounts_uncounted AFTER DELETE ON accounts FOR EACH ROW
    WHEN (old.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
-- A scheduled post that is published late.
CREATE TRIGGER posts_counted_late AFTER INSERT ON posts FOR EACH ROW
    WHEN (new.created_at <= clock_timestamp() - interval '1 minute') EXECUTE FUNCTION correct_counts();
-- Before the likes and comments are deleted with it.
CREATE TRIGGER posts_received_uncounted BEFORE DELETE ON posts FOR EACH ROW EXECUTE FUNCTION correct_received_counts();
CREATE TRIGGER accounts_active_days BEFORE DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION forget_active_days();
