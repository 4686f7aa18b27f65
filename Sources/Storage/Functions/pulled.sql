-- How the posts of an author reach feeds: pushed to the timelines of followers, or, if those are very many, pulled when
-- a feed is read. All decisions are made with the author's profile locked, as follows are written.

-- Enqueues the job that decides about an author.
CREATE OR REPLACE FUNCTION enqueue_post_delivery(author uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox SELECT * FROM outbox_rows(jsonb_build_array(jsonb_build_object(
        'id', gen_random_uuid(), 'queue', 'notifications', 'kind', 'choose-post-delivery',
        'payload', jsonb_build_object('author', author),
        'limits', json_build_array(json_build_object('key', 'running post-delivery ' || author, 'running', 1))::text)));
END
$$;

-- The trigger of profiles.
CREATE OR REPLACE FUNCTION followers_crossed_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enqueue_post_delivery(NEW.user_id);
    RETURN NULL;
END
$$;

-- Decides about an author, and begins the change: from 10,000 followers on posts are pulled, below 8,000 pushed, and in
-- between they stay as they are. During the change they are both. Returns pull, push, or null if there is nothing to
-- change.
CREATE OR REPLACE FUNCTION choose_post_delivery(author uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    current profiles;
BEGIN
    SELECT * INTO current FROM profiles WHERE user_id = author FOR NO KEY UPDATE;
    IF current.is_pulled AND current.followers_count < 8000 THEN
        UPDATE profiles SET is_pushed = true WHERE user_id = author AND NOT is_pushed;
        RETURN 'push';
    END IF;
    IF current.is_pushed AND (current.followers_count >= 10000 OR current.is_pulled) THEN
        UPDATE profiles SET is_pulled = true WHERE user_id = author AND NOT is_pulled;
        RETURN 'pull';
    END IF;
    RETURN NULL;
END
$$;

-- Marks the next follows of an author as pulled, from the newest on; later ones are written so. Returns the last one,
-- or null if all are marked: then nothing is pushed any more.
CREATE OR REPLACE FUNCTION pull_followers(author uuid, before uuid, maximum integer) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    chosen uuid[];
BEGIN
    PERFORM FROM profiles WHERE user_id = author AND is_pulled FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN NULL; END IF;
    chosen := ARRAY(
        SELECT id FROM follows WHERE following_id = author AND id < before ORDER BY id DESC LIMIT maximum);
    UPDATE follows SET is_pulled = true
    WHERE following_id = author AND id <= chosen[1] AND id >= chosen[cardinality(chosen)] AND NOT is_pulled;
    IF cardinality(chosen) < maximum THEN
        UPDATE profiles SET is_pushed = false WHERE user_id = author;
        RETURN NULL;
    END IF;
    RETURN chosen[maximum];
END
$$;

-- Ends that posts of an author are pulled by some followers, whose timelines were dropped since posts are pushed again.
-- Returns whether no follower is left: then the change is complete.
CREATE OR REPLACE FUNCTION push_to_followers(author uuid, followers uuid[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM profiles WHERE user_id = author AND is_pushed FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN true; END IF;
    UPDATE follows SET is_pulled = false WHERE following_id = author AND follower_id = ANY (followers);
    IF EXISTS (SELECT FROM follows WHERE following_id = author AND is_pulled) THEN RETURN false; END IF;
    UPDATE profiles SET is_pulled = false WHERE user_id = author;
    RETURN true;
END
$$;
