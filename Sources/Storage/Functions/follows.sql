-- Follows. Outcomes that refuse are the codes of DomainError.

-- Locks the profiles of two users, in one order, so that two follows of the same users cannot deadlock.
CREATE OR REPLACE FUNCTION lock_profiles(one uuid, other uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM profiles WHERE user_id IN (one, other) ORDER BY user_id FOR NO KEY UPDATE;
END
$$;

-- Follows a user and counts it. The outcome is followed, already_following with the existing row, or a refusal. A
-- follower whom the other user blocks gets the outcome of a stranger, and the other user never sees it. The id and time
-- are made with the profiles locked, so that their order is that of the commits. `jobs` drop the follower's timelines,
-- which lack the activities of the other user; if there are none, the timelines lack nothing: with the profiles locked,
-- later ones are added to them. The follow of a muted user changes no timeline either. `notices` notify the other user.
CREATE OR REPLACE FUNCTION follow_user(follower uuid, followed uuid, event jsonb, jobs jsonb, notices jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, is_enqueued boolean, is_notified boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    existing follows;
    refusal text;
    hides boolean;
    mutes_followed boolean;
    changes_timelines boolean := false;
BEGIN
    refusal := begin_pair_write(follower, followed);
    IF refusal IS NULL AND EXISTS (SELECT FROM blocks WHERE blocker_id = follower AND blocked_id = followed) THEN
        refusal := 'user_blocked';
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN QUERY SELECT refusal, NULL::uuid, NULL::timestamptz, false, false;
        RETURN;
    END IF;
    SELECT * INTO existing FROM follows WHERE follower_id = follower AND following_id = followed;
    IF FOUND THEN
        RETURN QUERY SELECT 'already_following', existing.id, existing.created_at, false, false;
        RETURN;
    END IF;
    hides := EXISTS (SELECT FROM blocks WHERE blocker_id = followed AND blocked_id = follower);
    mutes_followed := EXISTS (SELECT FROM mutes WHERE muter_id = follower AND muted_id = followed);
    PERFORM lock_profiles(follower, followed);
    INSERT INTO follows (follower_id, following_id, id, created_at, is_hidden, is_muted, is_pulled)
    VALUES (follower, followed, next_message_id(NULL), clock_timestamp(), hides, mutes_followed,
            (SELECT is_pulled FROM profiles WHERE user_id = followed))
    RETURNING * INTO existing;
    IF NOT hides THEN
        UPDATE profiles SET following_count = following_count + 1 WHERE user_id = follower;
        UPDATE profiles SET followers_count = followers_count + 1 WHERE user_id = followed;
        PERFORM add_domain_event(event);
        changes_timelines := NOT mutes_followed
            AND (EXISTS (SELECT FROM activities WHERE actor_id = followed)
                OR EXISTS (SELECT FROM posts WHERE author_id = followed AND visibility <> 'PRIVATE'));
        IF changes_timelines THEN notices := jobs || notices; END IF;
        INSERT INTO outbox SELECT * FROM outbox_rows(notices);
    END IF;
    RETURN QUERY SELECT 'followed', existing.id, existing.created_at, changes_timelines, NOT hides;
END
$$;

-- Several follows, one after the other: for each, in the order of the arrays, what `follow_user` returns. Takes all
-- locks first, in the order of everything that writes follows.
CREATE OR REPLACE FUNCTION follow_users(followers uuid[], followed uuid[], events jsonb, jobs jsonb, notices jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, is_enqueued boolean, is_notified boolean)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE accounts.id = ANY (followers || followed) ORDER BY accounts.id FOR KEY SHARE;
    PERFORM lock_pair(one, other)
    FROM (
        SELECT DISTINCT least(follower, target) AS one, greatest(follower, target) AS other
        FROM unnest(followers, followed) AS pair (follower, target) ORDER BY one, other
    ) AS pairs;
    PERFORM FROM profiles WHERE user_id = ANY (followers || followed) ORDER BY user_id FOR NO KEY UPDATE;
    FOR place IN 1..cardinality(followers) LOOP
        RETURN QUERY SELECT * FROM follow_user(
            followers[place], followed[place], events -> (place - 1), jobs -> (place - 1), notices -> (place - 1));
    END LOOP;
END
$$;

-- Ends the follows between one user and others, in both directions, and counts them. Returns how many ended. Other
-- services are told, unless the user's account is deleted: the event of that ends its follows.
CREATE OR REPLACE FUNCTION remove_follows(one uuid, others uuid[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    ended follows[];
BEGIN
    PERFORM FROM profiles WHERE user_id = one OR user_id = ANY (others) ORDER BY user_id FOR NO KEY UPDATE;
    WITH removed AS (
        DELETE FROM follows
        WHERE follower_id = one AND following_id = ANY (others) OR following_id = one AND follower_id = ANY (others)
        RETURNING follows
    )
    SELECT array_agg(follows) INTO ended FROM removed;
    IF ended IS NULL THEN RETURN 0; END IF;
    UPDATE profiles
    SET following_count = following_count - change.following, followers_count = followers_count - change.followers
    FROM (
        SELECT account, sum(following) AS following, sum(followers) AS followers
        FROM (
            SELECT follower_id AS account, 1 AS following, 0 AS followers FROM unnest(ended) WHERE NOT is_hidden
            UNION ALL
            SELECT following_id, 0, 1 FROM unnest(ended) WHERE NOT is_hidden
        ) AS sides GROUP BY account
    ) AS change
    WHERE user_id = change.account;
    IF EXISTS (SELECT FROM accounts WHERE id = one AND deleted_at IS NULL) THEN
        INSERT INTO domain_events (id, subject, kind, data)
        SELECT gen_random_uuid(), follower_id, 'user.unfollowed',
               jsonb_build_object('followerId', follower_id, 'followingId', following_id)
        FROM unnest(ended) WHERE NOT is_hidden;
    END IF;
    RETURN cardinality(ended);
END
$$;

-- Ends the follow of one user by another, also of one with a closed account. False if there is none, or the follower's
-- own account is closed.
CREATE OR REPLACE FUNCTION unfollow_user(follower uuid, followed uuid, event jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    ended follows;
BEGIN
    IF begin_pair_write(follower, followed) = 'token_invalid' THEN RETURN false; END IF;
    PERFORM lock_profiles(follower, followed);
    DELETE FROM follows WHERE follower_id = follower AND following_id = followed RETURNING * INTO ended;
    IF NOT FOUND THEN RETURN false; END IF;
    IF NOT ended.is_hidden THEN
        UPDATE profiles SET following_count = following_count - 1 WHERE user_id = follower;
        UPDATE profiles SET followers_count = followers_count - 1 WHERE user_id = followed;
        PERFORM add_domain_event(event);
    END IF;
    RETURN true;
END
$$;
