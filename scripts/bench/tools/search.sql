-- A million posts of the users of tools/population.sql, over a year, of 2 to 24 words, put together from
-- 200,000 halves. A word of rank r is written about 1/r as often as the first (Zipf): of 40,000 Russian and 40,000
-- English ones, made of syllables. Every fifth post has a hashtag. The index of words is built when all are there.
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET max_parallel_maintenance_workers = 0;

CREATE FUNCTION bench_word(rank integer, is_russian boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN is_russian
        THEN (string_to_array('ба ве ги до жу за ко лю ме ни по ру со та фе хо ца че ши щу', ' '))
                [1 + rank % 20]
            || (string_to_array('бр вл гн др жд зм кр лс мн нт пл рт ст тр фл хв цв чт шк щн', ' '))
                [1 + rank / 20 % 20]
            || (string_to_array('ам еб ив ог уд эж юз як ал ен', ' '))[1 + rank / 400 % 10]
            || (string_to_array('ав ес ик от ур эл юн яд аг ел', ' '))[1 + rank / 4000]
        ELSE (string_to_array('ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu', ' '))
                [1 + rank % 20]
            || (string_to_array('br ct dr ft gl hm jk kl lm mp nd pr rk st tr vn wt xt yb zz', ' '))
                [1 + rank / 20 % 20]
            || (string_to_array('ab ec id of ug ah ej ik ol um', ' '))[1 + rank / 400 % 10]
            || (string_to_array('an ek im or ut ax ey iz ob ud', ' '))[1 + rank / 4000] END
$$;

DROP INDEX idx_posts_content_fts, post_search_words;
CREATE TEMPORARY TABLE halves AS
    SELECT number, array_to_string(ARRAY(
        SELECT bench_word(floor(exp(random() * ln(40000)))::integer - 1, number % 3 <> 0)
        FROM generate_series(0, 1 + number % 11)), ' ') AS words
    FROM generate_series(0, 199999) AS number;
ALTER TABLE halves ADD PRIMARY KEY (number);
ANALYZE halves;
INSERT INTO posts (id, author_id, content, visibility, created_at, updated_at, published_at)
SELECT (lpad(to_hex(milliseconds), 12, '0') || '7' || substr(gen_random_uuid()::text, 16))::uuid,
       ('00000000-0000-7000-8000-' || lpad(to_hex(post.number * 7919 % 100000), 12, '0'))::uuid,
       one.words || ' ' || other.words || tag,
       CASE post.number % 20 WHEN 0 THEN 'PRIVATE' WHEN 1 THEN 'FOLLOWERS' ELSE 'PUBLIC' END, at, at, at
FROM (
    SELECT number, 1700000000000 + number * 31536 AS milliseconds,
           to_timestamp(1700000000 + number * 31.536) AS at,
           floor(random() * 200000)::integer AS first, floor(random() * 200000)::integer AS second,
           CASE WHEN number % 5 = 0 THEN ' #' || bench_word(floor(exp(random() * ln(40000)))::integer - 1, true)
                ELSE '' END AS tag
    FROM generate_series(1, :posts::bigint) AS number
) AS post JOIN halves AS one ON one.number = post.first JOIN halves AS other ON other.number = post.second;
INSERT INTO post_search (post_id, author_id, visibility, words, updated_at)
SELECT id, author_id, visibility, post_words(content), updated_at FROM posts;
INSERT INTO post_hashtags (tag, post_id, is_public)
SELECT tag, id, visibility = 'PUBLIC' FROM posts, unnest(hashtags_of(content)) AS tag WHERE strpos(content, '#') > 0;
CREATE INDEX post_search_words ON post_search USING gin (words) WITH (gin_pending_list_limit = 256);
VACUUM (ANALYZE) posts, post_search, post_hashtags;
