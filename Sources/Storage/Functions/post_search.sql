-- Search of posts by their words, and hashtags.
--
-- What reads rows in the order of an index has no bitmap scans: while tables are empty, the planner takes one and sorts
-- all rows, and keeps that plan when there are many.

-- The words of a text. The Russian configuration stems Russian and English words. Texts and queries are folded as names
-- are, so that the database's locale does not matter.
CREATE OR REPLACE FUNCTION post_words(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT to_tsvector('russian', search_fold(content))
$$;

-- The hashtags of a text, folded, each once, at most 30 in their order: `#` and 1 to 64 letters, digits, underscores
-- and marks of letters (those of Indic, Arabic, Hebrew, Thai, Lao, Tibetan and Burmese writing are no letters to
-- regular expressions), with at least one letter, that do not continue a word, an address or another tag.
CREATE OR REPLACE FUNCTION hashtags_of(content text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    -- Of a bracket expression.
    word CONSTANT text := '[:alnum:]_\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\u0670\u0900-\u0963'
        '\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u102b-\u103e'
        '\u17b4-\u17d3';
BEGIN
    IF strpos(content, '#') = 0 AND strpos(content, '＃') = 0 THEN RETURN '{}'; END IF;
    RETURN ARRAY(
        SELECT found.match[1]
        FROM regexp_matches(
                search_fold(content) COLLATE "und-x-icu",
                '(?<![&/#' || word || '])#([' || word || ']{1,64})(?![' || word || '])', 'g'
            ) WITH ORDINALITY AS found (match, place)
        WHERE found.match[1] COLLATE "und-x-icu" ~ '[[:alpha:]]'
        GROUP BY found.match[1] ORDER BY min(place) LIMIT 30);
END
$$;

-- How many PUBLIC posts a tag has, at most 10,000: read from the key alone. Volatile, so that it sees what was
-- committed while its caller waited for a lock.
CREATE OR REPLACE FUNCTION hashtag_popularity(wanted text) RETURNS integer LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    RETURN (
        SELECT count(*) FROM (SELECT FROM post_hashtags WHERE tag = wanted AND is_public LIMIT 10000) AS counted);
END
$$;

-- Counts tags whose posts have changed, in one order. Tags with many posts are counted once a minute.
CREATE OR REPLACE FUNCTION count_hashtags(tags text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hashtags (tag, posts_count, counted_at)
    SELECT changed.tag, hashtag_popularity(changed.tag), now()
    FROM (SELECT DISTINCT tag COLLATE "C" AS tag FROM unnest(tags) AS tag) AS changed
    WHERE NOT coalesce((
        SELECT posts_count >= 100 AND counted_at > now() - interval '1 minute'
        FROM hashtags WHERE hashtags.tag = changed.tag), false)
    ORDER BY changed.tag
    ON CONFLICT (tag) DO UPDATE SET posts_count = excluded.posts_count, counted_at = excluded.counted_at;
END
$$;

-- Writes what posts are found by, as they are now: with the posts locked, in the order of ids, so that runs that are
-- late, repeated or in another order end in the same rows.
CREATE OR REPLACE FUNCTION index_posts(chosen uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    post posts;
    tags text[];
    changed text[] := '{}';
BEGIN
    FOR post IN SELECT * FROM posts WHERE id = ANY (chosen) ORDER BY id FOR NO KEY UPDATE LOOP
        INSERT INTO post_search (post_id, author_id, visibility, words, updated_at)
        VALUES (post.id, post.author_id, post.visibility, post_words(post.content), post.updated_at)
        ON CONFLICT (post_id) DO UPDATE
        SET visibility = excluded.visibility, words = excluded.words, updated_at = excluded.updated_at;
        tags := hashtags_of(post.content);
        CONTINUE WHEN tags = '{}' AND NOT EXISTS (SELECT FROM post_hashtags WHERE post_id = post.id);
        WITH removed AS (
            DELETE FROM post_hashtags WHERE post_id = post.id AND tag <> ALL (tags) RETURNING tag
        ), written AS (
            INSERT INTO post_hashtags AS tagged (tag, post_id, is_public)
            SELECT tag, post.id, post.visibility = 'PUBLIC' FROM unnest(tags) AS tag
            ON CONFLICT (tag, post_id) DO UPDATE SET is_public = excluded.is_public
            WHERE tagged.is_public <> excluded.is_public
            RETURNING tagged.tag
        )
        SELECT changed || coalesce(array_agg(both_kinds.tag), '{}') INTO changed
        FROM (SELECT tag FROM removed UNION ALL SELECT tag FROM written) AS both_kinds;
    END LOOP;
    IF changed <> '{}' THEN PERFORM count_hashtags(changed); END IF;
END
$$;

-- Indexes a post and finishes the job.
CREATE OR REPLACE FUNCTION index_post(post uuid, job uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_posts(ARRAY[post]);
    PERFORM finish_job(job);
END
$$;

-- Indexes posts that were not, or that have changed since, the newest first: looks at 2,000 posts before an id, and
-- indexes 100 at most, because they are locked meanwhile. Returns the id to continue before; null at the end.
CREATE OR REPLACE FUNCTION index_some_posts(last uuid) RETURNS uuid LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    missing uuid[];
BEGIN
    missing := ARRAY(
        SELECT post.id
        FROM (SELECT id, updated_at FROM posts WHERE id < last ORDER BY id DESC LIMIT 2000) AS post
        WHERE (SELECT updated_at FROM post_search WHERE post_id = post.id) IS DISTINCT FROM post.updated_at
        ORDER BY post.id DESC LIMIT 100);
    PERFORM index_posts(missing);
    IF cardinality(missing) = 100 THEN RETURN missing[100]; END IF;
    RETURN (
        SELECT id FROM (SELECT id FROM posts WHERE id < last ORDER BY id DESC LIMIT 2000) AS post ORDER BY id LIMIT 1);
END
$$;

-- Counts tags again, some behind another, and forgets those without PUBLIC posts. Returns the tag to continue behind;
-- null at the end.
CREATE OR REPLACE FUNCTION recount_hashtags(last text, maximum integer) RETURNS text LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    chosen text[] := ARRAY(SELECT tag FROM hashtags WHERE tag > last ORDER BY tag LIMIT maximum);
BEGIN
    PERFORM FROM hashtags WHERE tag = ANY (chosen) ORDER BY tag FOR UPDATE;
    UPDATE hashtags SET posts_count = hashtag_popularity(tag), counted_at = now() WHERE tag = ANY (chosen);
    DELETE FROM hashtags WHERE tag = ANY (chosen) AND posts_count = 0;
    RETURN chosen[cardinality(chosen)];
END
$$;

-- The words that at least two of a thousand posts have, as PostgreSQL estimates. A connection keeps them for ten
-- minutes, in two settings of its own: reading the statistics costs as much as a search.
CREATE OR REPLACE FUNCTION common_post_words() RETURNS tsvector LANGUAGE plpgsql AS $$
DECLARE
    words tsvector;
BEGIN
    IF current_setting('socialplay.common_words_until', true) > to_char(clock_timestamp(), 'YYYYMMDDHH24MISS') THEN
        RETURN current_setting('socialplay.common_words')::tsvector;
    END IF;
    SELECT array_to_tsvector(coalesce(array_agg(known.word), '{}')) INTO words
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (word, frequency)
    WHERE schemaname = current_schema() AND tablename = 'post_search' AND attname = 'words'
      AND known.word <> '' AND known.frequency >= 0.002;
    PERFORM set_config('socialplay.common_words', coalesce(words, '')::text, false),
            set_config('socialplay.common_words_until',
                       to_char(clock_timestamp() + interval '10 minutes', 'YYYYMMDDHH24MISS'), false);
    RETURN coalesce(words, '');
END
$$;

-- Those of some posts that a viewer sees, in their order.
CREATE OR REPLACE FUNCTION visible_among(viewer uuid, candidates uuid[]) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT post.id
        FROM unnest(candidates) WITH ORDINALITY AS candidate (id, place)
            CROSS JOIN LATERAL (
                SELECT id FROM visible_posts(viewer) AS seen WHERE seen.id = candidate.id LIMIT 1
            ) AS post
        ORDER BY candidate.place);
END
$$;

-- Matches among the newest 20,000 posts up to one, 200 at most, the newest first.
CREATE OR REPLACE FUNCTION newest_matches(viewer uuid, wanted tsquery, newest uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    RETURN ARRAY(
        SELECT entry.post_id
        FROM (SELECT * FROM post_search WHERE post_id <= newest ORDER BY post_id DESC LIMIT 20000) AS entry
        WHERE entry.words @@ wanted
          AND (entry.visibility = 'PUBLIC' OR entry.author_id = viewer
               OR entry.visibility = 'FOLLOWERS' AND viewer IS NOT NULL)
        ORDER BY entry.post_id DESC LIMIT 200);
END
$$;

-- Matches up to a post from the index of words, of 20,000 that have the words `indexed`; of these the newest 200.
CREATE OR REPLACE FUNCTION indexed_matches(viewer uuid, wanted tsquery, indexed tsquery, newest uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN ARRAY(
        SELECT entry.post_id
        FROM (SELECT * FROM post_search WHERE words @@ indexed LIMIT 20000) AS entry
        WHERE entry.post_id <= newest AND entry.words @@ wanted
          AND (entry.visibility = 'PUBLIC' OR entry.author_id = viewer
               OR entry.visibility = 'FOLLOWERS' AND viewer IS NOT NULL)
        ORDER BY entry.post_id DESC LIMIT 200);
END
$$;

-- Finds posts: of the newest 200 that match, those that the viewer (null: without a login) sees, the best match first,
-- then the newest. Returns how many there are, and a page of them: with `newest` and the place of its last post, the
-- pages of one search are of the same posts, whatever is published meanwhile. The total comes alone if the page is
-- empty.
--
-- Ranking all matches of a common word takes a second at a million posts, so the number of rows that are read is
-- bounded, and which way is taken is decided here. The planner estimates one match for any two words, and would read
-- all posts. Common words are met among the newest posts; the others, and common words that are rare together, are in
-- the index.
CREATE OR REPLACE FUNCTION search_posts(
    viewer uuid, query text, newest uuid, last_rank integer, last_post uuid, skipped integer, maximum integer)
RETURNS TABLE (total integer, newest_id uuid, rank integer, post_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted tsquery := websearch_to_tsquery('russian', search_fold(query));
    -- Without negations, and phrases as their words: what the index knows.
    indexed text := regexp_replace(querytree(wanted), '<(-|\d+)>', '&', 'g');
    is_indexed boolean := indexed NOT IN ('', 'T');
    -- Whether the index may have more matches than are read, which are the oldest then.
    is_wide boolean := (SELECT reltuples FROM pg_class WHERE oid = 'post_search'::regclass) * 0.002
        * (1 + length(indexed) - length(replace(indexed, '|', ''))) > 20000;
    candidates uuid[] := '{}';
    visible uuid[] := '{}';
BEGIN
    IF numnode(wanted) > 0 AND (NOT is_indexed OR is_wide OR common_post_words() @@ indexed::tsquery) THEN
        candidates := newest_matches(viewer, wanted, newest);
        visible := visible_among(viewer, candidates);
    END IF;
    IF is_indexed AND cardinality(visible) < 20 THEN
        candidates := ARRAY(
            SELECT * FROM unnest(candidates) UNION SELECT * FROM unnest(
                indexed_matches(viewer, wanted, indexed::tsquery, newest))
            ORDER BY 1 DESC LIMIT 200);
        visible := visible_among(viewer, candidates);
    END IF;
    RETURN QUERY
        WITH ranked AS MATERIALIZED (
            SELECT candidate.id, (ts_rank(entry.words, wanted) * 1000000)::integer AS rank
            FROM unnest(visible) AS candidate (id)
                CROSS JOIN LATERAL (SELECT words FROM post_search WHERE post_id = candidate.id LIMIT 1) AS entry
        )
        SELECT cardinality(visible), visible[1], page.rank, page.id
        FROM (SELECT) AS one LEFT JOIN (
            SELECT ranked.rank, ranked.id FROM ranked
            WHERE last_post IS NULL OR (ranked.rank, ranked.id) < (last_rank, last_post)
            ORDER BY ranked.rank DESC, ranked.id DESC OFFSET skipped LIMIT maximum
        ) AS page ON true
        ORDER BY page.rank DESC, page.id DESC;
END
$$;

-- The posts with a tag that a viewer sees, before an id, the newest first: some of the newest 5,000.
CREATE OR REPLACE FUNCTION posts_of_hashtag(
    viewer uuid, wanted text, last uuid, skipped integer, maximum integer) RETURNS SETOF post_entries
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    folded text := search_fold(wanted);
BEGIN
    RETURN QUERY
        SELECT post.*
        FROM (
            SELECT post_id FROM post_hashtags
            WHERE tag = folded AND post_id < last AND (is_public OR viewer IS NOT NULL)
            ORDER BY post_id DESC LIMIT 5000
        ) AS tagged
            CROSS JOIN LATERAL (
                SELECT * FROM visible_posts(viewer) AS seen WHERE seen.id = tagged.post_id LIMIT 1
            ) AS post
        ORDER BY tagged.post_id DESC OFFSET skipped LIMIT maximum;
END
$$;

-- How many posts with a tag readers without a login see: at most 1,000, of the newest 2,000 that are PUBLIC.
CREATE OR REPLACE FUNCTION count_posts_of_hashtag(wanted text) RETURNS integer
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    folded text := search_fold(wanted);
    -- A variable: for a constant the planner takes an index that begins with another column, and reads all of it for
    -- each post.
    stranger uuid;
BEGIN
    RETURN (
        SELECT count(*)
        FROM (
            SELECT FROM (
                SELECT post_id FROM post_hashtags
                WHERE tag = folded AND is_public ORDER BY post_id DESC LIMIT 2000
            ) AS newest CROSS JOIN LATERAL (
                SELECT FROM visible_posts(stranger) AS seen WHERE seen.id = newest.post_id LIMIT 1
            ) AS post
            LIMIT 1000
        ) AS counted);
END
$$;

-- Hashtags that begin with a text, those with the most PUBLIC posts first, and of these only tags of a post that
-- readers without a login see. Popular tags come in the order of their index; of the others the first in the order of
-- letters.
CREATE OR REPLACE FUNCTION suggest_hashtags(prefix text, maximum integer) RETURNS SETOF text
LANGUAGE plpgsql STABLE ROWS 10 SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    folded text := search_fold(prefix);
    -- As in count_posts_of_hashtag.
    stranger uuid;
    found text[] := ARRAY(
        SELECT known.tag
        FROM (
            SELECT popular.tag, popular.posts_count
            FROM (SELECT * FROM hashtags ORDER BY posts_count DESC, tag LIMIT 2000) AS popular
            WHERE starts_with(popular.tag, folded)
            UNION
            SELECT matching.tag, matching.posts_count
            FROM (
                SELECT * FROM hashtags WHERE tag >= folded AND tag < folded || chr(1114111) ORDER BY tag LIMIT 2000
            ) AS matching
        ) AS known
        WHERE known.posts_count > 0
        ORDER BY known.posts_count DESC, known.tag LIMIT 5 * maximum);
BEGIN
    RETURN QUERY
        SELECT candidate.tag
        FROM unnest(found) WITH ORDINALITY AS candidate (tag, place)
        WHERE (SELECT EXISTS (
            SELECT FROM (
                SELECT post_id FROM post_hashtags
                WHERE post_hashtags.tag = candidate.tag AND is_public ORDER BY post_id DESC LIMIT 20
            ) AS newest CROSS JOIN LATERAL (
                SELECT FROM visible_posts(stranger) AS seen WHERE seen.id = newest.post_id LIMIT 1
            ) AS post))
        ORDER BY candidate.place LIMIT maximum;
END
$$;
