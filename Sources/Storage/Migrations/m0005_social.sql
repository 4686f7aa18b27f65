-- Friends, blocks and messages: one store for every surface.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE profiles
    ADD COLUMN friends_count integer NOT NULL DEFAULT 0
        CONSTRAINT profiles_friends_count_positive CHECK (friends_count >= 0),
    -- Another with every friendship that begins or ends: who keeps the list of somebody's friends knows when it is old.
    ADD COLUMN friends_version bigint NOT NULL DEFAULT 0,
    -- When the first friendship of their life began: it is reported once, whatever becomes of it.
    ADD COLUMN first_friend_at timestamptz,
    -- Whether others see when they are there.
    ADD COLUMN show_online_status boolean NOT NULL DEFAULT true,
    -- What they are found by: a space, then user name and names, in lower case, with single spaces.
    ADD COLUMN search_text text NOT NULL DEFAULT '';
-- Few hide when they are there, and lists ask about thousands at once.
CREATE INDEX profiles_hidden ON profiles (user_id) WHERE NOT show_online_status;

-- Words that begin with two letters are found by the index too, because of the space before them.
CREATE INDEX profiles_search ON profiles USING gin (search_text gin_trgm_ops);

CREATE FUNCTION refresh_search_text(account uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE profiles
    SET search_text = CASE WHEN deleted_at IS NULL
        THEN ' ' || lower(regexp_replace(concat_ws(' ', username, first_name, last_name), '\s+', ' ', 'g')) ELSE '' END
    FROM accounts
    WHERE profiles.user_id = account AND accounts.id = account
$$;

CREATE FUNCTION search_text_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'accounts' THEN
        PERFORM refresh_search_text(NEW.id);
    ELSE
        PERFORM refresh_search_text(NEW.user_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER accounts_search AFTER UPDATE OF username, deleted_at ON accounts
    FOR EACH ROW EXECUTE FUNCTION search_text_changed();
CREATE TRIGGER profiles_search AFTER INSERT OR UPDATE OF first_name, last_name ON profiles
    FOR EACH ROW EXECUTE FUNCTION search_text_changed();
UPDATE profiles SET first_name = first_name;

-- A friendship is two rows, one for each of the two, with one id: that of the request it began with.
CREATE TABLE friends (
    user_id     uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    friend_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id          uuid NOT NULL,
    requested_by uuid NOT NULL,
    -- Of the request.
    created_at  timestamptz NOT NULL,
    -- Since when they are friends.
    accepted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, friend_id)
);
CREATE INDEX friends_by_age ON friends (user_id, accepted_at DESC, friend_id);
CREATE INDEX friends_by_id ON friends (id);

CREATE TABLE friend_requests (
    id          uuid PRIMARY KEY,
    sender_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    receiver_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    message     text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT friend_requests_once UNIQUE (sender_id, receiver_id)
);
CREATE INDEX friend_requests_incoming ON friend_requests (receiver_id, created_at DESC, id);
CREATE INDEX friend_requests_outgoing ON friend_requests (sender_id, created_at DESC, id);

CREATE TABLE blocks (
    blocker_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    blocked_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX blocks_of_blocked ON blocks (blocked_id, blocker_id);

-- Puts everything that two people do to each other one after the other.
CREATE FUNCTION lock_pair(one uuid, other uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(hashtextextended(least(one, other)::text || greatest(one, other)::text, 5))
$$;

-- Whether one of two has as many friends as anybody may have. Nobody else changes that until the transaction ends. The rows
-- are locked in one order, so that two friendships of the same people cannot wait for each other.
CREATE FUNCTION is_anybody_full(one uuid, other uuid, most integer) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM FROM profiles WHERE user_id IN (one, other) ORDER BY user_id FOR UPDATE;
    RETURN EXISTS (SELECT FROM profiles WHERE user_id IN (one, other) AND friends_count >= most);
END
$$;

-- Makes two people friends, counts it, and promises: `accepted` whatever happens, and of `first` those of whoever never
-- had a friend before. Gives back the ids of the promised jobs. The profiles of both are locked already.
CREATE FUNCTION befriend(request uuid, asking uuid, asked uuid, asked_at timestamptz, jobs jsonb)
RETURNS SETOF uuid LANGUAGE plpgsql AS $$
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

-- One person asks another. What becomes of it: unknown, blocking (the asking one blocks the other), friends, exists, full
-- (one of them has as many friends as anybody may have), pending, or accepted, when the other had asked before. Whoever is
-- blocked gets the answer of a stranger: the request is there, and the other never sees it.
CREATE FUNCTION request_friend(request uuid, asking uuid, asked uuid, note text, most integer, jobs jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, updated_at timestamptz, promised uuid[])
LANGUAGE plpgsql AS $$
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

-- Whoever was asked says yes. What becomes of it: missing, friends (they said it before), full, or accepted.
CREATE FUNCTION accept_friend(request uuid, answering uuid, most integer, jobs jsonb)
RETURNS TABLE (outcome text, friend_id uuid, created_at timestamptz, updated_at timestamptz, promised uuid[])
LANGUAGE plpgsql AS $$
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

-- Ends friendships of one person with these others, and counts them out. Gives back with whom there was one.
CREATE FUNCTION unfriend(one uuid, others uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
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

-- One person wants nothing more of another: no friendship, no request of theirs. False when there is no such person.
CREATE FUNCTION block_person(one uuid, other uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM accounts WHERE id = other AND deleted_at IS NULL) THEN RETURN false; END IF;
    PERFORM lock_pair(one, other);
    INSERT INTO blocks (blocker_id, blocked_id) VALUES (one, other) ON CONFLICT DO NOTHING;
    PERFORM unfriend(one, ARRAY[other]);
    DELETE FROM friend_requests WHERE sender_id = one AND receiver_id = other;
    RETURN true;
END
$$;

-- Whether one of two people wants nothing of the other.
CREATE FUNCTION is_blocked(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM blocks
        WHERE (blocker_id = one AND blocked_id = other) OR (blocker_id = other AND blocked_id = one))
$$;

-- What two people say to each other.
CREATE TABLE conversations (
    id            uuid PRIMARY KEY,
    low_id        uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    high_id       uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    message_count integer NOT NULL DEFAULT 0 CONSTRAINT conversations_message_count_positive CHECK (message_count >= 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversations_pair UNIQUE (low_id, high_id),
    CONSTRAINT conversations_ordered CHECK (low_id < high_id)
);
CREATE INDEX conversations_of_high ON conversations (high_id);

CREATE TABLE messages (
    id              uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    sender_id       uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    receiver_id     uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    content         text NOT NULL,
    media_url       text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- When a client of the receiver got it, and when they read it.
    delivered_at    timestamptz,
    read_at         timestamptz
);
CREATE INDEX messages_in_order ON messages (conversation_id, id DESC);
CREATE INDEX messages_undelivered ON messages (receiver_id, sender_id) WHERE delivered_at IS NULL;
CREATE INDEX idx_messages_conversation ON messages (sender_id, receiver_id, created_at DESC);

-- How one of the two sees a conversation.
CREATE TABLE conversation_members (
    user_id         uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    other_id        uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    last_message_id uuid NOT NULL,
    unread_count    integer NOT NULL DEFAULT 0 CONSTRAINT conversation_members_unread_positive CHECK (unread_count >= 0),
    PRIMARY KEY (user_id, other_id)
);
CREATE INDEX conversation_members_recent ON conversation_members (user_id, last_message_id DESC);

-- What a client has sent under a key of its own: sent again, it is the same message.
CREATE TABLE idempotency_keys (
    user_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key        text NOT NULL,
    -- Of what was sent.
    digest     bytea NOT NULL,
    message_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_old ON idempotency_keys (created_at);

-- One person writes to another. What becomes of it: unknown, blocked (by the receiver), blocking (the sender blocks the
-- receiver), strangers (they must be friends, and are not), mismatch (the key was used for another message), repeated, or
-- sent.
CREATE FUNCTION send_message(
    message uuid, conversation uuid, sender uuid, receiver uuid, words text, media text, needs_friendship boolean,
    key text, digest bytea, jobs jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, content text, read_at timestamptz, promised uuid[])
LANGUAGE plpgsql AS $$
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

-- Whoever got a message has read it. The first time counts. What becomes of it: missing, foreign, or read.
CREATE FUNCTION read_message(message uuid, reader uuid) RETURNS TABLE (outcome text, sender uuid, is_first boolean)
LANGUAGE plpgsql AS $$
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

-- Makes what is counted of these people equal to the rows, and gives back those of whom something was wrong. Whoever
-- changes a row changes the counter in the same transaction, with the profile (or the member's row) locked.
CREATE FUNCTION correct_counters(accounts uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE AS $$
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
DROP FUNCTION correct_media_counters(uuid[]);
