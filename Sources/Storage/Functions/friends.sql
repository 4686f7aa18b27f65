-- Friend requests, friendships and blocks. Outcomes that refuse are the codes of DomainError.

-- Serialises what two users do to each other.
CREATE OR REPLACE FUNCTION lock_pair(one uuid, other uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(hashtextextended(least(one, other)::text || greatest(one, other)::text, 5))
$$;

-- The same for several pairs, in one order.
CREATE OR REPLACE FUNCTION lock_pairs(ones uuid[], others uuid[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(lock)
    FROM (
        SELECT DISTINCT hashtextextended(least(one, other)::text || greatest(one, other)::text, 5) AS lock
        FROM unnest(ones, others) AS pair (one, other) ORDER BY lock
    ) AS pairs;
END
$$;

-- Begins a write between two users: locks both accounts against their deletion, in the order of their ids, then the
-- pair. Every write between two users begins here, so that two of them run one after the other, and a deletion waits
-- for those that have begun and refuses the rest. Returns null, or the reason to refuse what creates a row:
-- token_invalid if the account of the actor is closed, user_not_found if that of the other is, or there is none.
-- KEY SHARE is the lock that the foreign keys of the inserted rows take anyway.
CREATE OR REPLACE FUNCTION begin_pair_write(actor uuid, other uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    active uuid[];
BEGIN
    SELECT array_agg(id) INTO active
    FROM (SELECT id FROM accounts WHERE id IN (actor, other) AND is_active ORDER BY id FOR KEY SHARE) AS locked;
    PERFORM lock_pair(actor, other);
    RETURN CASE WHEN cardinality(active) = 2 THEN NULL
                WHEN actor = ANY (active) THEN 'user_not_found' ELSE 'token_invalid' END;
END
$$;

-- Whether one of two users has as many friends as a user may have. The profiles are locked until the transaction ends,
-- in one order, so that two friendships of the same users cannot deadlock.
CREATE OR REPLACE FUNCTION is_friend_limit_reached(one uuid, other uuid, maximum integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM FROM profiles WHERE user_id IN (one, other) ORDER BY user_id FOR UPDATE;
    RETURN EXISTS (SELECT FROM profiles WHERE user_id IN (one, other) AND friends_count >= maximum);
END
$$;

-- Creates a friendship, counts it, and enqueues the jobs of `accepted` and, for a user without an earlier friendship,
-- that of `first`. Returns the ids of the enqueued jobs. The profiles of both are locked already.
CREATE OR REPLACE FUNCTION create_friendship(
    request uuid, sender uuid, receiver uuid, requested_at timestamptz, jobs jsonb)
RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    without_friends uuid[];
    wanted jsonb := coalesce(jobs -> 'accepted', '[]');
BEGIN
    INSERT INTO friends (user_id, friend_id, id, requested_by, created_at)
    VALUES (sender, receiver, request, sender, requested_at), (receiver, sender, request, sender, requested_at);
    DELETE FROM friend_requests
    WHERE (sender_id = sender AND receiver_id = receiver) OR (sender_id = receiver AND receiver_id = sender);
    SELECT array_agg(user_id) INTO without_friends
    FROM profiles WHERE user_id IN (sender, receiver) AND first_friend_at IS NULL;
    UPDATE profiles
    SET friends_count = friends_count + 1, friends_version = friends_version + 1,
        first_friend_at = coalesce(first_friend_at, now())
    WHERE user_id IN (sender, receiver);
    IF without_friends IS NOT NULL THEN
        wanted := wanted || (
            SELECT coalesce(jsonb_agg(jobs -> 'first' -> account::text), '[]')
            FROM unnest(without_friends) AS account WHERE jobs -> 'first' ? account::text);
    END IF;
    -- With a variable as its argument the function is inlined; with a query it would be planned at every call.
    RETURN QUERY INSERT INTO outbox SELECT * FROM outbox_rows(wanted) RETURNING outbox.id;
END
$$;

-- Sends a friend request. The outcome is pending, accepted (a request of the receiver was pending), or a refusal. A
-- blocked sender gets the outcome of a stranger: the request is stored, and the receiver never sees it.
CREATE OR REPLACE FUNCTION send_friend_request(
    request uuid, sender uuid, receiver uuid, request_message text, maximum integer, jobs jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, updated_at timestamptz, enqueued uuid[])
LANGUAGE plpgsql AS $$
# variable_conflict use_column
DECLARE
    crossing friend_requests;
    is_sender_blocked boolean;
    refusal text;
BEGIN
    refusal := begin_pair_write(sender, receiver);
    IF refusal IS NULL THEN
        refusal := CASE
            WHEN EXISTS (SELECT FROM blocks WHERE blocker_id = sender AND blocked_id = receiver) THEN 'user_blocked'
            WHEN EXISTS (SELECT FROM friends WHERE user_id = sender AND friend_id = receiver) THEN 'already_friends'
            WHEN EXISTS (SELECT FROM friend_requests WHERE sender_id = sender AND receiver_id = receiver)
            THEN 'friend_request_exists'
        END;
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN QUERY SELECT refusal, NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    is_sender_blocked := EXISTS (SELECT FROM blocks WHERE blocker_id = receiver AND blocked_id = sender);
    IF NOT is_sender_blocked THEN
        SELECT * INTO crossing FROM friend_requests WHERE sender_id = receiver AND receiver_id = sender;
        IF FOUND THEN
            IF is_friend_limit_reached(sender, receiver, maximum) THEN
                RETURN QUERY
                    SELECT 'friend_limit_reached', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
                RETURN;
            END IF;
            -- The jobs name the new id, so the friendship has it too.
            enqueued := ARRAY(SELECT create_friendship(request, receiver, sender, crossing.created_at, jobs));
            PERFORM append_friend_events(11::smallint, request, sender, receiver, false, ARRAY[crossing.id]);
            RETURN QUERY SELECT 'accepted', request, crossing.created_at, now(), enqueued;
            RETURN;
        END IF;
    END IF;
    INSERT INTO friend_requests (id, sender_id, receiver_id, message)
    VALUES (request, sender, receiver, request_message);
    IF NOT is_sender_blocked THEN
        WITH written AS (
            INSERT INTO outbox SELECT * FROM outbox_rows(coalesce(jobs -> 'requested', '[]')) RETURNING outbox.id
        )
        SELECT array_agg(written.id) INTO enqueued FROM written;
    END IF;
    PERFORM append_friend_events(10::smallint, request, sender, receiver, is_sender_blocked, NULL);
    RETURN QUERY SELECT 'pending', request, now(), now(), enqueued;
END
$$;

-- Accepts a friend request. The outcome is accepted, or a refusal. The request of a closed account is not found. The
-- jobs name the sender, whom the process does not know yet, by a provisional id.
CREATE OR REPLACE FUNCTION accept_pending_request(
    request uuid, receiver uuid, maximum integer, provisional_sender uuid, jobs jsonb)
RETURNS TABLE (outcome text, friend_id uuid, created_at timestamptz, updated_at timestamptz, enqueued uuid[])
LANGUAGE plpgsql AS $$
# variable_conflict use_column
DECLARE
    pending friend_requests;
    refusal text;
BEGIN
    -- The users of a request never change, so they can be read before they are locked.
    refusal := begin_pair_write(
        receiver, (SELECT sender_id FROM friend_requests WHERE id = request AND receiver_id = receiver));
    IF refusal IS NULL THEN
        -- Read only now: until the lock is taken the request can be declined, withdrawn or accepted.
        SELECT * INTO pending FROM friend_requests
        WHERE id = request AND receiver_id = receiver AND NOT EXISTS (
            SELECT FROM blocks WHERE blocker_id = receiver AND blocked_id = sender_id
                OR blocker_id = sender_id AND blocked_id = receiver);
    END IF;
    IF pending.id IS NULL THEN
        RETURN QUERY
            SELECT CASE WHEN refusal = 'token_invalid' THEN refusal
                        WHEN EXISTS (SELECT FROM friends WHERE friends.id = request AND user_id = receiver)
                        THEN 'already_friends' ELSE 'friend_request_not_found' END,
                   NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    IF is_friend_limit_reached(pending.sender_id, receiver, maximum) THEN
        RETURN QUERY SELECT 'friend_limit_reached', NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    enqueued := ARRAY(
        SELECT create_friendship(
            request, pending.sender_id, receiver, pending.created_at,
            jobs_naming(pending.sender_id, provisional_sender, jobs)));
    PERFORM append_friend_events(11::smallint, request, receiver, pending.sender_id, false, ARRAY[request]);
    RETURN QUERY SELECT 'accepted', pending.sender_id, pending.created_at, now(), enqueued;
END
$$;

-- The same with jobs that name the sender: processes of an earlier version call it.
CREATE OR REPLACE FUNCTION accept_friend_request(request uuid, receiver uuid, maximum integer, jobs jsonb)
RETURNS TABLE (outcome text, friend_id uuid, created_at timestamptz, updated_at timestamptz, enqueued uuid[])
LANGUAGE sql AS $$
    SELECT * FROM accept_pending_request(request, receiver, maximum, gen_random_uuid(), jobs)
$$;

-- Declines a friend request. False if its receiver sees no such request: that of a closed or blocked account is hidden.
CREATE OR REPLACE FUNCTION decline_friend_request(request uuid, receiver uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    sender uuid := (SELECT sender_id FROM friend_requests WHERE id = request AND receiver_id = receiver);
BEGIN
    IF begin_pair_write(receiver, sender) IS NOT NULL THEN RETURN false; END IF;
    DELETE FROM friend_requests
    WHERE id = request AND receiver_id = receiver
      AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = receiver AND blocked_id = sender_id);
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM append_friend_events(12::smallint, request, receiver, sender, false, ARRAY[request]);
    RETURN true;
END
$$;

-- Withdraws a friend request, also from a closed account. False if its sender has no such request.
CREATE OR REPLACE FUNCTION cancel_friend_request(request uuid, sender uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    receiver uuid := (SELECT receiver_id FROM friend_requests WHERE id = request AND sender_id = sender);
BEGIN
    PERFORM begin_pair_write(sender, receiver);
    DELETE FROM friend_requests WHERE id = request AND sender_id = sender;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM append_friend_events(
        12::smallint, request, sender, receiver,
        EXISTS (SELECT FROM blocks WHERE blocker_id = receiver AND blocked_id = sender), ARRAY[request]);
    RETURN true;
END
$$;

-- Ends friendships of one user with others, and counts them. Returns the former friends.
CREATE OR REPLACE FUNCTION remove_friends(account uuid, others uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    removed uuid[];
BEGIN
    PERFORM FROM profiles WHERE user_id = account OR user_id = ANY (others) ORDER BY user_id FOR UPDATE;
    WITH ended AS (
        DELETE FROM friends
        WHERE (user_id = account AND friend_id = ANY (others)) OR (user_id = ANY (others) AND friend_id = account)
        RETURNING user_id, friend_id
    )
    SELECT array_agg(friend_id) INTO removed FROM ended WHERE user_id = account;
    IF removed IS NULL THEN RETURN; END IF;
    UPDATE profiles SET friends_count = friends_count - 1, friends_version = friends_version + 1
    WHERE user_id = ANY (removed);
    UPDATE profiles SET friends_count = friends_count - cardinality(removed), friends_version = friends_version + 1
    WHERE user_id = account;
    RETURN QUERY SELECT unnest(removed);
END
$$;

-- Ends a friendship, also with a closed account. False if there is none.
CREATE OR REPLACE FUNCTION remove_friend(account uuid, friend uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM begin_pair_write(account, friend);
    PERFORM remove_friends(account, ARRAY[friend]);
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM append_friend_events(13::smallint, NULL, account, friend, false, NULL);
    RETURN true;
END
$$;

-- Ends some friendships of a deleted account, with an event for each former friend. Returns how many.
CREATE OR REPLACE FUNCTION remove_some_friends(account uuid, maximum integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    removed uuid[] := ARRAY(SELECT remove_friends(
        account, ARRAY(SELECT friend_id FROM friends WHERE user_id = account ORDER BY friend_id LIMIT maximum)));
BEGIN
    PERFORM append_user_events(
        removed, array_fill(13::smallint, ARRAY[cardinality(removed)]), NULL,
        array_fill(account, ARRAY[cardinality(removed)]));
    RETURN cardinality(removed);
END
$$;

-- Blocks a user: ends the friendship and the follows in both directions, and deletes the blocker's request. False if
-- there is no such user, or one of the accounts is closed.
CREATE OR REPLACE FUNCTION block_user(blocker uuid, blocked uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    kinds smallint[] := '{}';
    requests uuid[] := '{}';
    request uuid;
BEGIN
    IF begin_pair_write(blocker, blocked) IS NOT NULL THEN RETURN false; END IF;
    INSERT INTO blocks (blocker_id, blocked_id) VALUES (blocker, blocked) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        kinds := '{20}';
        requests := ARRAY[NULL]::uuid[];
    END IF;
    PERFORM remove_friends(blocker, ARRAY[blocked]);
    IF FOUND THEN
        kinds := kinds || 13::smallint;
        requests := requests || NULL::uuid;
    END IF;
    PERFORM remove_follows(blocker, ARRAY[blocked]);
    DELETE FROM friend_requests WHERE sender_id = blocker AND receiver_id = blocked RETURNING id INTO request;
    IF FOUND THEN
        kinds := kinds || 12::smallint;
        requests := requests || request;
    END IF;
    IF cardinality(kinds) > 0 THEN
        PERFORM append_user_events(
            array_fill(blocker, ARRAY[cardinality(kinds)]) || array_fill(blocked, ARRAY[cardinality(kinds)]),
            kinds || kinds, requests || requests,
            array_fill(blocked, ARRAY[cardinality(kinds)]) || array_fill(blocker, ARRAY[cardinality(kinds)]));
    END IF;
    RETURN true;
END
$$;

-- Ends a block, also of a closed account. False if there is none.
CREATE OR REPLACE FUNCTION unblock_user(blocker uuid, blocked uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM begin_pair_write(blocker, blocked);
    DELETE FROM blocks WHERE blocker_id = blocker AND blocked_id = blocked;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM append_user_events(ARRAY[blocker, blocked], '{20,20}', NULL, ARRAY[blocked, blocker]);
    RETURN true;
END
$$;
