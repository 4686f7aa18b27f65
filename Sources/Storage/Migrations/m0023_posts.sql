-- Posts, who likes them, and what lists show of users in one narrow row.

-- A user as lists show it: one probe instead of two of wide tables. Triggers of accounts and profiles write it, each its
-- own columns, so that changes at the same time keep both.
CREATE TABLE user_cards (
    user_id         uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    username        text NOT NULL,
    first_name      text,
    last_name       text,
    avatar_media_id uuid,
    avatar_url      text,
    is_active       boolean NOT NULL,
    is_private      boolean NOT NULL
) WITH (fillfactor = 90);

CREATE FUNCTION profile_card_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_cards (
        user_id, username, first_name, last_name, avatar_media_id, avatar_url, is_active, is_private)
    SELECT new.user_id, username, new.first_name, new.last_name, new.avatar_media_id, new.avatar_url, is_active,
           new.is_private
    FROM accounts WHERE id = new.user_id
    ON CONFLICT (user_id) DO UPDATE
    SET first_name = excluded.first_name, last_name = excluded.last_name, avatar_media_id = excluded.avatar_media_id,
        avatar_url = excluded.avatar_url, is_private = excluded.is_private;
    RETURN NULL;
END
$$;

CREATE FUNCTION account_card_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_cards SET username = new.username, is_active = new.is_active WHERE user_id = new.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER profiles_card AFTER INSERT OR UPDATE OF first_name, last_name, avatar_media_id, avatar_url, is_private
    ON profiles FOR EACH ROW EXECUTE FUNCTION profile_card_changed();
CREATE TRIGGER accounts_card AFTER UPDATE OF username, is_active ON accounts
    FOR EACH ROW EXECUTE FUNCTION account_card_changed();
INSERT INTO user_cards (user_id, username, first_name, last_name, avatar_media_id, avatar_url, is_active, is_private)
    SELECT id, username, first_name, last_name, avatar_media_id, avatar_url, is_active, is_private
    FROM accounts JOIN profiles ON user_id = id;

-- How many of a user's posts a stranger and a follower see, beside posts_count, which has all of them: the totals of
-- lists without a count.
ALTER TABLE profiles
    ADD COLUMN public_posts_count integer NOT NULL DEFAULT 0
        CONSTRAINT profiles_public_posts_count_positive CHECK (public_posts_count >= 0),
    ADD COLUMN follower_posts_count integer NOT NULL DEFAULT 0
        CONSTRAINT profiles_follower_posts_count_positive CHECK (follower_posts_count >= 0);

-- The key begins with the id: posts are read by it, and pages of all posts follow it; it begins with the time.
CREATE TABLE posts (
    id             uuid PRIMARY KEY,
    author_id      uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    content        text NOT NULL,
    media_urls     text[] NOT NULL DEFAULT '{}',
    media_type     text CONSTRAINT posts_media_type_known CHECK (media_type IN ('IMAGE', 'VIDEO', 'DOCUMENT')),
    visibility     text NOT NULL DEFAULT 'PUBLIC'
                   CONSTRAINT posts_visibility_known CHECK (visibility IN ('PUBLIC', 'FOLLOWERS', 'PRIVATE')),
    likes_count    integer NOT NULL DEFAULT 0 CONSTRAINT posts_likes_count_positive CHECK (likes_count >= 0),
    comments_count integer NOT NULL DEFAULT 0 CONSTRAINT posts_comments_count_positive CHECK (comments_count >= 0),
    shares_count   integer NOT NULL DEFAULT 0 CONSTRAINT posts_shares_count_positive CHECK (shares_count >= 0),
    -- The time in the id.
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    published_at   timestamptz
) WITH (
    -- Counters change in place: no index has one.
    fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02
);
CREATE INDEX idx_posts_author_created ON posts (author_id, created_at DESC);
CREATE INDEX posts_by_author ON posts (author_id, id DESC) WHERE visibility <> 'PRIVATE';
CREATE INDEX idx_posts_content_fts ON posts USING gin (to_tsvector('english', content));

CREATE TABLE likes (
    user_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    post_id    uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, post_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX likes_of_post ON likes (post_id, created_at DESC) INCLUDE (user_id);
CREATE INDEX idx_likes_user_created ON likes (user_id, created_at DESC);
