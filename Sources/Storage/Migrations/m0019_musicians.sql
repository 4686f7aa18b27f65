-- Profiles of musicians, and who follows whom.
ALTER TABLE profiles
    ADD COLUMN display_name text,
    ADD COLUMN location     text,
    ADD COLUMN genres       text[] NOT NULL DEFAULT '{}',
    ADD COLUMN instruments  text[] NOT NULL DEFAULT '{}',
    -- By the names of the sites, as responses contain them.
    ADD COLUMN social_links jsonb NOT NULL DEFAULT '{}',
    -- Whether only followers see the details, tracks, files and activities (X-17).
    ADD COLUMN is_private   boolean NOT NULL DEFAULT false,
    ADD COLUMN total_plays  bigint NOT NULL DEFAULT 0 CONSTRAINT profiles_total_plays_positive CHECK (total_plays >= 0);

CREATE TABLE follows (
    follower_id  uuid NOT NULL REFERENCES accounts,
    following_id uuid NOT NULL REFERENCES accounts,
    id           uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    -- The follow of a user whom the other one blocks: only its follower sees it, so that they cannot tell the block.
    is_hidden    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (follower_id, following_id),
    CONSTRAINT follows_others CHECK (follower_id <> following_id)
);
CREATE INDEX follows_of_follower ON follows (follower_id, id DESC) INCLUDE (following_id, created_at);
CREATE INDEX follows_of_followed ON follows (following_id, id DESC) INCLUDE (follower_id, created_at);

-- Plays of tracks, one for each listener, track and hour (S1-83). Rows of a deleted track stay: it was played.
CREATE TABLE plays (
    track_id   uuid NOT NULL,
    -- A user's id, or the address of a client without a login.
    listener   text NOT NULL,
    hour       timestamptz NOT NULL,
    owner_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    is_counted boolean NOT NULL DEFAULT false,
    PRIMARY KEY (track_id, listener, hour)
);
CREATE INDEX plays_of_owner ON plays (owner_id);
CREATE INDEX plays_uncounted ON plays (owner_id) WHERE NOT is_counted;
