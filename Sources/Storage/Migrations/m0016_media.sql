-- Tracks, covers and other files beside avatars.
ALTER TABLE media
    -- What a worker found in the file, as the object that responses contain.
    ADD COLUMN metadata jsonb,
    -- Of a track.
    ADD COLUMN title    text,
    -- Of a cover: its track; null: the cover of its owner's profile.
    ADD COLUMN track_id uuid REFERENCES media ON DELETE SET NULL,
    -- Of a track: the cover that is shown.
    ADD COLUMN cover_id uuid REFERENCES media ON DELETE SET NULL;
CREATE INDEX media_by_track ON media (track_id) WHERE track_id IS NOT NULL;
CREATE INDEX media_by_cover ON media (cover_id) WHERE cover_id IS NOT NULL;
CREATE INDEX media_failed ON media (updated_at) WHERE state = 'failed';
-- In the order of the database's clock: ids are made by processes whose clocks differ.
CREATE INDEX media_newest ON media (user_id, purpose, created_at DESC, id DESC);
DROP INDEX media_by_user;

-- Files that no worker could use are not counted: their bytes are removed.
ALTER TABLE profiles
    ADD COLUMN cover_media_id uuid REFERENCES media ON DELETE SET NULL,
    ADD COLUMN tracks_count   integer NOT NULL DEFAULT 0
                              CONSTRAINT profiles_tracks_count_positive CHECK (tracks_count >= 0);
UPDATE profiles
SET media_count = greatest(media_count - failed.count, 0), media_bytes = greatest(media_bytes - failed.bytes, 0)
FROM (
    SELECT user_id, count(*) AS count, sum(byte_count) AS bytes FROM media WHERE state = 'failed' GROUP BY user_id
) AS failed
WHERE profiles.user_id = failed.user_id;
-- The rows of which a deleted file is the picture are found by these.
CREATE INDEX profiles_by_avatar ON profiles (avatar_media_id) WHERE avatar_media_id IS NOT NULL;
CREATE INDEX profiles_by_cover ON profiles (cover_media_id) WHERE cover_media_id IS NOT NULL;

-- What users did that their followers are told.
CREATE TABLE activities (
    id         uuid PRIMARY KEY,
    actor_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    action     text NOT NULL CONSTRAINT activities_action_known CHECK (action IN ('track_published', 'profile_updated')),
    media_id   uuid REFERENCES media ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX activities_by_actor ON activities (actor_id, created_at DESC, id DESC);
CREATE INDEX activities_by_media ON activities (media_id) WHERE media_id IS NOT NULL;

-- What happened, for other services: written by the statement that did it, in order for each subject, whose row it
-- has locked.
CREATE TABLE domain_events (
    position   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid NOT NULL,
    subject    uuid NOT NULL,
    kind       text NOT NULL,
    data       jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
