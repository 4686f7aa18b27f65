-- Uploads that are not complete: the file arrives in several requests, and its bytes wait in the blob store as chunks.
CREATE TABLE uploads (
    -- Of the future file.
    id               uuid PRIMARY KEY,
    user_id          uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    purpose          text NOT NULL CONSTRAINT uploads_purpose_known
                     CHECK (purpose IN ('avatar', 'track', 'cover', 'other')),
    original_name    text NOT NULL,
    -- Of a cover: its track, or whether it is its owner's profile's; with neither the newest track's.
    track_id         uuid,
    is_profile_cover boolean NOT NULL,
    -- What the client said of it, as it said it.
    metadata         text NOT NULL,
    byte_count       bigint NOT NULL CONSTRAINT uploads_byte_count_positive CHECK (byte_count > 0),
    -- The chunks have exactly these first bytes.
    received         bigint NOT NULL DEFAULT 0
                     CONSTRAINT uploads_received_in_range CHECK (received BETWEEN 0 AND byte_count),
    -- Until then a request that has all bytes makes the file.
    finishing_until  timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    expires_at       timestamptz NOT NULL
);
CREATE INDEX uploads_by_user ON uploads (user_id);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

CREATE TABLE upload_chunks (
    id         uuid PRIMARY KEY,
    upload_id  uuid NOT NULL REFERENCES uploads ON DELETE CASCADE,
    start      bigint NOT NULL,
    byte_count bigint NOT NULL CONSTRAINT upload_chunks_byte_count_positive CHECK (byte_count > 0),
    CONSTRAINT upload_chunks_start_key UNIQUE (upload_id, start)
);
