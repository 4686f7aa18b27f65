-- Users who post, follow and like: :people of them with :posts posts and :likes likes, in proportions of a social
-- network. A user has a number, with which the id ends (see tools/tokens.py). Most follow twenty users; but
--   0–499     read, and follow twenty users too
--   500–599   read, and follow a thousand
--   600–699   read, and follow twenty and one of the famous
--   700–999   read and write; at first they follow and like nothing
--   the last :famous are followed by every second user
-- Run again with larger numbers, it adds the rest. Triggers and foreign keys rest meanwhile.

SET session_replication_role = replica;

CREATE OR REPLACE FUNCTION bench_author(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-7002-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$;
-- A number below `size` that depends on two others, the same at each run.
CREATE OR REPLACE FUNCTION bench_pick(one bigint, other bigint, size bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ((hashint8extended(one, other) % size) + size) % size
$$;

INSERT INTO accounts (id, email, username)
SELECT bench_author(number), 'author' || number || '@example.com', 'author' || number
FROM generate_series(:already_people, :people - 1) AS number;
INSERT INTO profiles (user_id, first_name) SELECT bench_author(number), 'Ada'
FROM generate_series(:already_people, :people - 1) AS number;
INSERT INTO user_cards (user_id, username, first_name, is_active, is_private)
SELECT bench_author(number), 'author' || number, 'Ada', true, false
FROM generate_series(:already_people, :people - 1) AS number;

DELETE FROM follows WHERE follower_id >= bench_author(0) AND follower_id < bench_author(1000);
INSERT INTO follows (follower_id, following_id, id, created_at)
SELECT bench_author(follower), bench_author(followed), gen_random_uuid(), now()
FROM (
    SELECT follower, bench_pick(follower, place, :people - :famous) AS followed
    FROM (VALUES (0, 499, 20), (500, 599, 1000), (600, 699, 20)) AS class (first, last, count),
        generate_series(first, last) AS follower, generate_series(0, count - 1) AS place
    UNION ALL
    SELECT follower, bench_pick(follower, place, :people - :famous)
    FROM generate_series(greatest(1000, :already_people), :people - 1) AS follower,
        generate_series(0, CASE WHEN :famous > 0 THEN 7 ELSE 21 END) AS place
    UNION ALL
    SELECT follower, :people - 1 - place
    FROM generate_series(1000, :people - 1, 2) AS follower, generate_series(0, :famous - 1) AS place
    UNION ALL
    SELECT follower, :people - 1 - follower % nullif(:famous, 0) FROM generate_series(600, 699) AS follower
    WHERE :famous > 0
) AS edge
WHERE follower <> followed
ON CONFLICT DO NOTHING;

DROP INDEX idx_posts_content_fts;
INSERT INTO posts (id, author_id, content, visibility, created_at, updated_at, published_at)
SELECT (lpad(to_hex(at), 12, '0') || '7' || substr(md5(number::text), 1, 3) || '8' || substr(md5(number::text), 4, 15))
       ::uuid,
       bench_author(bench_pick(number, 1, :people)),
       'Post ' || number || ': ' || repeat('we rehearse on Friday and play on Sunday ', 1 + (number % 4)::integer),
       CASE WHEN number % 50 = 0 THEN 'PRIVATE' WHEN number % 12 = 0 THEN 'FOLLOWERS' ELSE 'PUBLIC' END,
       to_timestamp(at / 1000.0), to_timestamp(at / 1000.0), to_timestamp(at / 1000.0)
FROM (
    SELECT number, 1790000000000 + number::bigint * 2592 AS at
    FROM generate_series(:already_posts, :posts - 1) AS number
) AS post;
CREATE INDEX idx_posts_content_fts ON posts USING gin (to_tsvector('english', content));

WITH ended AS (
    DELETE FROM likes WHERE user_id < bench_author(1000) AND user_id >= bench_author(0) RETURNING post_id
)
UPDATE posts SET likes_count = likes_count - held.count
FROM (SELECT post_id, count(*) AS count FROM ended GROUP BY post_id) AS held WHERE held.post_id = id;
CREATE TEMPORARY TABLE numbered AS SELECT row_number() OVER (ORDER BY id) - 1 AS number, id FROM posts;
CREATE UNIQUE INDEX ON numbered (number);
ANALYZE numbered;
DROP INDEX idx_likes_user_created, likes_of_post;
INSERT INTO likes (user_id, post_id, created_at)
SELECT bench_author(1000 + bench_pick(likes.number, 2, :people - 1000)), id, now()
FROM generate_series(:already_likes, :likes - 1) AS likes (number)
    JOIN numbered ON numbered.number = bench_pick(likes.number, 3, :posts)
ON CONFLICT DO NOTHING;
CREATE INDEX idx_likes_user_created ON likes (user_id, created_at DESC);
CREATE INDEX likes_of_post ON likes (post_id, created_at DESC) INCLUDE (user_id);

UPDATE posts SET likes_count = held.count
FROM (SELECT post_id, count(*) AS count FROM likes GROUP BY post_id) AS held
WHERE held.post_id = posts.id AND likes_count <> held.count;
UPDATE profiles
SET posts_count = held.count, public_posts_count = held.public, follower_posts_count = held.followers
FROM (
    SELECT author_id, count(*) AS count, count(*) FILTER (WHERE visibility = 'PUBLIC') AS public,
           count(*) FILTER (WHERE visibility <> 'PRIVATE') AS followers
    FROM posts GROUP BY author_id
) AS held
WHERE held.author_id = user_id;
UPDATE profiles SET followers_count = held.count
FROM (SELECT following_id, count(*) AS count FROM follows GROUP BY following_id) AS held
WHERE held.following_id = user_id;
UPDATE profiles SET following_count = held.count
FROM (SELECT follower_id, count(*) AS count FROM follows GROUP BY follower_id) AS held
WHERE held.follower_id = user_id;
RESET session_replication_role;
VACUUM (ANALYZE) accounts, profiles, user_cards, follows, posts, likes;
CHECKPOINT;
