-- Search of posts by their words, and hashtags.

-- S2-41: users by the words of their names, in English, as SocialPlay's document has it. `find_users` reads
-- name_phrases.
CREATE INDEX idx_users_username_fts ON accounts USING gin (to_tsvector('english', username));

-- What a post is found by. The job `index-post` writes it, because words cost more than the post [75–260 µs]; the key
-- is the post's, which begins with the time. The copies of the author and the visibility spare the search posts that
-- the viewer surely does not see; what the viewer sees, visible_posts decides.
CREATE TABLE post_search (
    post_id    uuid PRIMARY KEY REFERENCES posts ON DELETE CASCADE,
    author_id  uuid NOT NULL,
    visibility text NOT NULL,
    words      tsvector NOT NULL,
    -- Of the post that the words are of.
    updated_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02);
-- A search reads all that is pending, so little may be.
CREATE INDEX post_search_words ON post_search USING gin (words) WITH (gin_pending_list_limit = 256);
-- The frequencies of words decide how a search is done: enough of them must be known.
ALTER TABLE post_search ALTER words SET STATISTICS 2000;

-- The hashtags of posts. The key begins with the tag, because the page of a tag is what is read; a tag would be the
-- unit of partitions.
CREATE TABLE post_hashtags (
    tag       text COLLATE "C" NOT NULL,
    post_id   uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    is_public boolean NOT NULL,
    PRIMARY KEY (tag, post_id) INCLUDE (is_public)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02);
-- Not in an order, which plans that were made on an empty table would follow instead of the tag's.
CREATE INDEX post_hashtags_of_post ON post_hashtags USING hash (post_id);

-- How many PUBLIC posts tags have, at most 10,000, for the order of suggestions alone: not what is shown.
CREATE TABLE hashtags (
    tag         text COLLATE "C" PRIMARY KEY,
    posts_count integer NOT NULL,
    counted_at  timestamptz NOT NULL
);
CREATE INDEX hashtags_by_count ON hashtags (posts_count DESC, tag);

-- Posts that exist are indexed by a job, in steps.
INSERT INTO outbox (id, queue, kind, payload, unique_key)
SELECT gen_random_uuid(), 'maintenance', 'index-posts', '{}', 'index-posts:all' WHERE EXISTS (SELECT FROM posts);
