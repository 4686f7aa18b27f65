-- The durable events of users: what changed for a user, numbered for each user in the order of the commits, so that a
-- client that knows its position gets what it missed. Rows name what they are about and contain no text: readers show
-- the rows as they are then. Functions/user_events.sql has who writes here, decision 55 why it looks like this.

-- The last event of each user. Its row is locked until the transaction of an event ends, so that the numbers of a user
-- become visible in their order, and a transaction that is rolled back leaves no hole.
CREATE TABLE user_event_heads (
    user_id  uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    last_seq bigint NOT NULL,
    last_at  timestamptz NOT NULL
) WITH (fillfactor = 50);

-- There is no reference to the account, which would cost a tenth of an event: the row of `user_event_heads`, without
-- which none is inserted, takes them with it.
CREATE TABLE user_events (
    user_id    uuid NOT NULL,
    seq        bigint NOT NULL,
    kind       smallint NOT NULL,
    entity_id  uuid,
    -- Of friends and blocks the other user.
    actor_id   uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, seq)
);
-- Rows are written in the order of their times. Old ones are deleted by it, and new ones are looked for.
CREATE INDEX user_events_in_time ON user_events USING brin (created_at) WITH (pages_per_range = 8, autosummarize = on);

-- Functions/user_events.sql has what it does.
CREATE FUNCTION forget_user_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER user_event_heads_forgotten AFTER DELETE ON user_event_heads
    FOR EACH ROW EXECUTE FUNCTION forget_user_events();
