-- Posts and likes. Every write of a post or its likes locks the post first, then profiles, in one order. Outcomes that
-- refuse are the codes of DomainError.

-- A post with its author: the columns of the reader `Post`, but whether the viewer likes it, and what the rule of
-- visibility asks. A new column comes last. One probe for each author, whatever the planner expects of tables that were
-- empty when it planned. An account that is not active has no avatar.
CREATE OR REPLACE VIEW post_entries AS
    SELECT posts.id, author_id, username, first_name, last_name,
           CASE WHEN is_active THEN avatar_media_id END AS avatar_media_id,
           CASE WHEN is_active THEN avatar_url END AS avatar_url,
           content, to_jsonb(media_urls) AS media_urls, media_type, visibility, likes_count, comments_count,
           shares_count, created_at, updated_at, published_at,
           is_active AS is_author_active, is_private AS is_author_private, edited_at, version
    FROM posts CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_id = posts.author_id LIMIT 1) AS card;

-- The posts that a viewer (null: without a login) sees: the one rule of visibility (S2-91), which every statement about
-- posts reads. Authors see their own. Others see posts of active authors who hide nothing from them; PUBLIC ones of a
-- private profile count as FOLLOWERS (X-17). The planner expands the function inside each statement. Look-ups are
-- written (SELECT EXISTS (…)): of a plain EXISTS the planner makes a table of all users whom the viewer follows, at
-- each call [readers of a thousand: 500 µs against 180].
CREATE OR REPLACE FUNCTION visible_posts(viewer uuid) RETURNS SETOF post_entries LANGUAGE sql STABLE AS $$
    SELECT * FROM post_entries AS post
    WHERE author_id = viewer
       OR (visibility <> 'PRIVATE' AND published_at IS NOT NULL AND is_author_active
           AND (SELECT NOT EXISTS (
                   SELECT FROM hidden_users WHERE viewer_id = viewer AND hidden_id = post.author_id))
           AND (visibility = 'PUBLIC' AND NOT is_author_private
                OR (SELECT EXISTS (
                    SELECT FROM follows
                    WHERE follower_id = viewer AND following_id = post.author_id AND NOT is_hidden))))
$$;

-- The posts of a reader's feed (S2-87, S2-88): their own and those of users whom they follow and do not mute, without
-- PRIVATE ones (S2-173), of which the reader sees each.
CREATE OR REPLACE FUNCTION feed_posts(reader uuid) RETURNS SETOF post_entries LANGUAGE sql STABLE AS $$
    SELECT * FROM visible_posts(reader) AS post
    WHERE visibility <> 'PRIVATE'
      AND (author_id = reader
           OR (SELECT EXISTS (
               SELECT FROM follows
               WHERE follower_id = reader AND following_id = post.author_id AND NOT is_hidden AND NOT is_muted)))
$$;

-- How many posts of a profile's user a viewer sees, from its counters.
CREATE OR REPLACE FUNCTION visible_posts_count(viewer uuid, profile profiles) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE
        WHEN profile.user_id = viewer THEN profile.posts_count
        WHEN EXISTS (
            SELECT FROM follows
            WHERE follower_id = viewer AND following_id = profile.user_id AND NOT is_hidden)
        THEN profile.follower_posts_count
        WHEN profile.is_private THEN 0 ELSE profile.public_posts_count END;
END
$$;

-- What posts count in their authors' profiles: whether a stranger and a follower see them. The profiles are locked.
CREATE OR REPLACE FUNCTION count_posts(authors uuid[], visibilities text[], change integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE profiles
    SET posts_count = posts_count + change * every, public_posts_count = public_posts_count + change * public,
        follower_posts_count = follower_posts_count + change * follower
    FROM (
        SELECT author, count(*)::integer AS every,
               count(*) FILTER (WHERE visibility = 'PUBLIC')::integer AS public,
               count(*) FILTER (WHERE visibility <> 'PRIVATE')::integer AS follower
        FROM unnest(authors, visibilities) AS post (author, visibility) GROUP BY author
    ) AS counted
    WHERE user_id = author;
END
$$;

-- The same for one post; locks the profile.
CREATE OR REPLACE FUNCTION count_post(author uuid, post_visibility text, change integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_posts(ARRAY[author], ARRAY[post_visibility], change);
END
$$;

-- Publishes posts and counts them, each once for its client's key. For each of `requests`, the records of
-- `PostStore.New`, in order: the outcome (created, repeated under the same key, or a refusal, token_invalid if the
-- account is closed), the id, and a created post as its author sees it. Ids and times are made with the authors'
-- profiles locked, so that their order is that of the commits; a scheduled post has its id already (`reserved`). Jobs
-- name a post by a provisional id. All locks are taken first, in the order of everything that writes posts.
CREATE OR REPLACE FUNCTION create_posts(requests jsonb) RETURNS TABLE (outcome text, id uuid, post post_entries)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    authors uuid[] := ARRAY(SELECT (request ->> 'author')::uuid FROM jsonb_array_elements(requests) AS request);
    active uuid[];
    request jsonb;
    known record;
    outcomes text[];
    ids uuid[];
    -- The last id that each author was given here.
    newest jsonb := '{}';
    jobs jsonb := '[]';
BEGIN
    PERFORM lock_request_keys(requests);
    active := ARRAY(
        SELECT accounts.id FROM accounts
        WHERE accounts.id = ANY (authors) AND is_active ORDER BY accounts.id FOR KEY SHARE);
    PERFORM FROM profiles WHERE user_id = ANY (authors) ORDER BY user_id FOR NO KEY UPDATE;
    FOR place IN 1..cardinality(authors) LOOP
        request := requests -> place - 1;
        outcomes[place] := CASE WHEN authors[place] = ANY (active) THEN 'created' ELSE 'token_invalid' END;
        IF request ? 'key' THEN
            known := find_keyed_request(authors[place], request ->> 'key', decode(request ->> 'digest', 'hex'));
            IF known.refusal IS NOT NULL OR known.entity IS NOT NULL THEN
                outcomes[place] := coalesce(known.refusal, 'repeated');
                ids[place] := known.entity;
            END IF;
        END IF;
        CONTINUE WHEN outcomes[place] <> 'created';
        ids[place] := coalesce(
            (request ->> 'reserved')::uuid,
            next_message_id(coalesce(
                (newest ->> authors[place]::text)::uuid,
                (SELECT posts.id FROM posts WHERE author_id = authors[place] ORDER BY created_at DESC LIMIT 1))));
        newest := newest || jsonb_build_object(authors[place], ids[place]);
        jobs := jobs || jobs_naming(ids[place], (request ->> 'provisional')::uuid, request -> 'jobs');
        PERFORM record_keyed_request(
            authors[place], request ->> 'key', decode(request ->> 'digest', 'hex'), ids[place]);
    END LOOP;
    WITH new AS MATERIALIZED (
        SELECT ids[place] AS new_id, author, content, urls, type, visibility,
               to_timestamp(uuid_milliseconds(ids[place]) / 1000.0) AS published
        FROM ROWS FROM (
                jsonb_to_recordset(requests) AS (author uuid, content text, urls text[], type text, visibility text)
            ) WITH ORDINALITY AS new (author, content, urls, type, visibility, place)
        WHERE outcomes[place] = 'created'
    ), counted AS (
        SELECT count_posts(array_agg(author), array_agg(visibility), 1) FROM new
    )
    INSERT INTO posts (
        id, author_id, content, media_urls, media_type, visibility, created_at, updated_at, published_at)
    SELECT new_id, author, content, urls, type, visibility, published, published, published
    FROM new, counted;
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs);
    RETURN QUERY
        SELECT outcomes[place], ids[place], found.entry
        FROM generate_series(1, cardinality(authors)) AS place
            LEFT JOIN LATERAL (
                SELECT seen AS entry FROM visible_posts(authors[place]) AS seen
                WHERE seen.id = ids[place] AND outcomes[place] = 'created' LIMIT 1
            ) AS found ON true
        ORDER BY place;
END
$$;

-- Locks a post that an author is about to change. Null, or the refusal: of a post that the user does not see there is
-- none.
CREATE OR REPLACE FUNCTION lock_own_post(post uuid, actor uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    author uuid;
BEGIN
    SELECT author_id INTO author FROM posts WHERE id = post FOR UPDATE;
    IF author = actor THEN RETURN NULL; END IF;
    RETURN CASE WHEN EXISTS (SELECT FROM visible_posts(actor) AS seen WHERE seen.id = post)
                THEN 'post_not_yours' ELSE 'post_not_found' END;
END
$$;

-- Writes the given members and keeps every other value, and enqueues `jobs`. A post that is PRIVATE no longer is added
-- to timelines by `pushes`, in its place. The version before is kept if its text or files change. The refusal is null
-- if it was written.
-- `expected`: the versions that the author may have seen; null for any.
CREATE OR REPLACE FUNCTION update_post(
    post uuid, actor uuid, changes jsonb, jobs jsonb, pushes jsonb, expected integer[])
RETURNS TABLE (refusal text, is_pushed boolean) LANGUAGE plpgsql AS $$
DECLARE
    before posts;
    new_content text;
    new_urls text[];
    is_edited boolean;
BEGIN
    refusal := lock_own_post(post, actor);
    is_pushed := false;
    IF refusal IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT * INTO before FROM posts WHERE id = post;
    IF NOT before.version = ANY (expected) THEN
        refusal := 'precondition_failed';
        RETURN NEXT;
        RETURN;
    END IF;
    new_content := coalesce(changes ->> 'content', before.content);
    new_urls := CASE WHEN changes ? 'media_urls'
                     THEN ARRAY(SELECT jsonb_array_elements_text(changes -> 'media_urls')) ELSE before.media_urls END;
    is_edited := (new_content, new_urls) IS DISTINCT FROM (before.content, before.media_urls);
    IF is_edited THEN PERFORM keep_post_version(before); END IF;
    UPDATE posts
    SET content = new_content, media_urls = new_urls,
        media_type = CASE WHEN changes ? 'media_type' THEN changes ->> 'media_type' ELSE media_type END,
        visibility = coalesce(changes ->> 'visibility', visibility),
        updated_at = now(), edited_at = CASE WHEN is_edited THEN now() ELSE edited_at END, version = version + 1
    WHERE id = post;
    IF changes ->> 'visibility' <> before.visibility THEN
        PERFORM count_post(actor, before.visibility, -1);
        PERFORM count_post(actor, changes ->> 'visibility', 1);
        is_pushed := before.visibility = 'PRIVATE';
    END IF;
    INSERT INTO outbox SELECT * FROM outbox_rows(CASE WHEN is_pushed THEN jobs || pushes ELSE jobs END);
    RETURN NEXT;
END
$$;

-- Deletes a post with its likes. Null, or the refusal. `expected`: as for `update_post`.
CREATE OR REPLACE FUNCTION delete_post(post uuid, actor uuid, expected integer[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    refusal text := lock_own_post(post, actor);
    before text;
BEGIN
    IF refusal IS NOT NULL THEN RETURN refusal; END IF;
    IF NOT (SELECT version FROM posts WHERE id = post) = ANY (expected) THEN RETURN 'precondition_failed'; END IF;
    DELETE FROM posts WHERE id = post RETURNING visibility INTO before;
    PERFORM count_post(actor, before, -1);
    RETURN NULL;
END
$$;

-- Likes a post and counts it, and enqueues the job that notifies its author, unless that is the user. Null, or the
-- refusal; and the author if the job was enqueued.
CREATE OR REPLACE FUNCTION like_post(post uuid, actor uuid, job jsonb)
RETURNS TABLE (refusal text, notified uuid) LANGUAGE plpgsql AS $$
DECLARE
    author uuid;
BEGIN
    PERFORM FROM accounts WHERE id = actor AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN refusal := 'token_invalid'; RETURN NEXT; RETURN; END IF;
    SELECT author_id INTO author FROM posts WHERE id = post FOR NO KEY UPDATE;
    refusal := CASE WHEN NOT EXISTS (SELECT FROM visible_posts(actor) AS seen WHERE seen.id = post)
                    THEN 'post_not_found' END;
    IF refusal IS NOT NULL THEN RETURN NEXT; RETURN; END IF;
    INSERT INTO likes (user_id, post_id, created_at) VALUES (actor, post, clock_timestamp()) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN refusal := 'post_already_liked'; RETURN NEXT; RETURN; END IF;
    UPDATE posts SET likes_count = likes_count + 1 WHERE id = post;
    IF author <> actor THEN
        PERFORM enqueue_notice(author, post, job);
        notified := author;
    END IF;
    RETURN NEXT;
END
$$;

-- Likes several posts, and counts them: for each, in the order of the arrays, what `like_post` returns; `jobs` has as
-- many jobs. One lock and one change of a post, however many like it. Of equal likes the first is new.
CREATE OR REPLACE FUNCTION like_posts(liked uuid[], actors uuid[], jobs jsonb)
RETURNS TABLE (refusal text, notified uuid) LANGUAGE plpgsql AS $$
DECLARE
    active uuid[];
BEGIN
    active := ARRAY(SELECT id FROM accounts WHERE id = ANY (actors) AND is_active ORDER BY id FOR KEY SHARE);
    PERFORM FROM posts WHERE id = ANY (liked) ORDER BY id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH request AS MATERIALIZED (
        SELECT post, actor, place::integer, row_number() OVER (PARTITION BY post, actor ORDER BY place) = 1 AS is_first
        FROM unnest(liked, actors) WITH ORDINALITY AS request (post, actor, place)
    ), seen AS MATERIALIZED (
        SELECT request.*, author_id
        FROM request CROSS JOIN LATERAL (
            SELECT author_id FROM visible_posts(actor) AS visible WHERE visible.id = request.post LIMIT 1) AS found
        WHERE actor = ANY (active)
    ), added AS (
        INSERT INTO likes (user_id, post_id, created_at)
        SELECT actor, post, clock_timestamp() FROM seen WHERE is_first ORDER BY post, actor
        ON CONFLICT DO NOTHING
        RETURNING user_id, post_id
    ), counted AS (
        UPDATE posts SET likes_count = likes_count + likes
        FROM (SELECT post_id, count(*)::integer AS likes FROM added GROUP BY post_id) AS new
        WHERE id = new.post_id
    ), new AS MATERIALIZED (
        SELECT place, post, CASE WHEN author_id <> actor THEN author_id END AS receiver
        FROM seen JOIN added ON user_id = actor AND post_id = post
        WHERE is_first
    ), notices AS (
        INSERT INTO outbox (id, queue, kind, payload, trace)
        SELECT (job ->> 'id')::uuid, job ->> 'queue', job ->> 'kind',
               (job -> 'payload') || jsonb_build_object('user', receiver, 'entity', post), job ->> 'trace'
        FROM new CROSS JOIN LATERAL (SELECT jobs -> (place - 1) AS job) AS notice
        WHERE receiver IS NOT NULL
    )
    SELECT CASE WHEN request.actor <> ALL (active) THEN 'token_invalid'
                WHEN seen.post IS NULL THEN 'post_not_found'
                WHEN new.post IS NULL THEN 'post_already_liked' END, new.receiver
    FROM request LEFT JOIN seen USING (place) LEFT JOIN new USING (place)
    ORDER BY place;
END
$$;

-- Ends a like and counts it, also of a post that the user does not see any more. Null, or the refusal.
CREATE OR REPLACE FUNCTION unlike_post(post uuid, actor uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM posts WHERE id = post FOR NO KEY UPDATE;
    DELETE FROM likes WHERE user_id = actor AND post_id = post;
    IF FOUND THEN
        UPDATE posts SET likes_count = likes_count - 1 WHERE id = post;
        RETURN NULL;
    END IF;
    RETURN CASE WHEN EXISTS (SELECT FROM visible_posts(actor) AS seen WHERE seen.id = post)
                THEN 'post_not_liked' ELSE 'post_not_found' END;
END
$$;

-- Deletes the drafts of a deleted account and some of its posts, with their likes, or if there are none some of its
-- likes, and counts them. Returns how many posts or likes; 0 if none are left.
CREATE OR REPLACE FUNCTION remove_some_posts(account uuid, maximum integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    chosen uuid[] := ARRAY(SELECT id FROM posts WHERE author_id = account ORDER BY created_at LIMIT maximum);
    removed integer;
BEGIN
    PERFORM remove_drafts(account);
    PERFORM FROM posts WHERE id = ANY (chosen) ORDER BY id FOR UPDATE;
    WITH deleted AS (
        DELETE FROM posts WHERE id = ANY (chosen) RETURNING visibility
    ), counted AS (
        SELECT count(*)::integer AS posts, (count(*) FILTER (WHERE visibility = 'PUBLIC'))::integer AS public,
               (count(*) FILTER (WHERE visibility <> 'PRIVATE'))::integer AS followers
        FROM deleted
    ), changed AS (
        UPDATE profiles
        SET posts_count = posts_count - posts, public_posts_count = public_posts_count - counted.public,
            follower_posts_count = follower_posts_count - followers
        FROM counted WHERE user_id = account
    )
    SELECT posts INTO removed FROM counted;
    IF removed > 0 THEN RETURN removed; END IF;
    chosen := ARRAY(SELECT post_id FROM likes WHERE user_id = account ORDER BY post_id LIMIT maximum);
    PERFORM FROM posts WHERE id = ANY (chosen) ORDER BY id FOR NO KEY UPDATE;
    WITH ended AS (
        DELETE FROM likes WHERE user_id = account AND post_id = ANY (chosen) RETURNING post_id
    ), changed AS (
        UPDATE posts SET likes_count = likes_count - 1 FROM ended WHERE id = ended.post_id
    )
    SELECT count(*) INTO removed FROM ended;
    RETURN removed;
END
$$;
