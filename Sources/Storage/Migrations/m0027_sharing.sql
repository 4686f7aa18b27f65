-- Shares and bookmarks of posts, and mutes of users.

CREATE TABLE shares (
    user_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    post_id    uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    id         uuid NOT NULL,
    -- The time in the id.
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, post_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX shares_of_user ON shares (user_id, id DESC) INCLUDE (post_id, created_at);
CREATE INDEX shares_of_post ON shares (post_id, id DESC) INCLUDE (user_id, created_at);

CREATE TABLE bookmarks (
    user_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    post_id    uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    id         uuid NOT NULL,
    -- The time in the id.
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, post_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX bookmarks_of_user ON bookmarks (user_id, id DESC) INCLUDE (post_id, created_at);
-- For the deletion of a post.
CREATE INDEX bookmarks_of_post ON bookmarks (post_id);

-- A mute does not need a follow. That of a followed user is written to the follow too, where feeds read it.
CREATE TABLE mutes (
    muter_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    muted_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         uuid NOT NULL,
    -- The time in the id.
    created_at timestamptz NOT NULL,
    PRIMARY KEY (muter_id, muted_id),
    CONSTRAINT mutes_others CHECK (muter_id <> muted_id)
);
CREATE INDEX mutes_of_muter ON mutes (muter_id, id DESC) INCLUDE (muted_id, created_at);
-- For the deletion of an account.
CREATE INDEX mutes_of_muted ON mutes (muted_id);

ALTER TABLE follows ADD COLUMN is_muted boolean NOT NULL DEFAULT false;
-- Feeds read the follow from the key alone, and a follower's follows from their index alone.
ALTER TABLE follows
    DROP CONSTRAINT follows_pkey,
    ADD CONSTRAINT follows_pkey PRIMARY KEY (follower_id, following_id) INCLUDE (is_hidden, is_muted);
DROP INDEX follows_of_follower;
CREATE INDEX follows_of_follower ON follows (follower_id, id DESC)
    INCLUDE (following_id, created_at, is_hidden, is_muted);
