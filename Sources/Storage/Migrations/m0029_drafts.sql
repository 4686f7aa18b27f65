-- Drafts and scheduled posts, versions of posts, and the versions of rows that conditional requests name.

-- How often its author has changed a row, counted from 1: what an entity tag names. Counters do not change it.
ALTER TABLE posts
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    -- When text or files last changed; null for a post as it was published.
    ADD COLUMN edited_at timestamptz;
ALTER TABLE comments
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN edited_at timestamptz;

-- What a post was before its text or files changed: the newest fifty.
CREATE TABLE post_versions (
    post_id    uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    -- The version of the post when it was replaced.
    number     integer NOT NULL,
    content    text NOT NULL,
    media_urls text[] NOT NULL,
    -- When it was written.
    created_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, number)
);

-- Posts that are not published, in a table of their own: no statement about posts can show or count one.
CREATE TABLE drafts (
    author_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         uuid NOT NULL,
    content    text NOT NULL,
    media_urls text[] NOT NULL DEFAULT '{}',
    media_type text CONSTRAINT drafts_media_type_known CHECK (media_type IN ('IMAGE', 'VIDEO', 'DOCUMENT')),
    visibility text NOT NULL
               CONSTRAINT drafts_visibility_known CHECK (visibility IN ('PUBLIC', 'FOLLOWERS', 'PRIVATE')),
    -- Of a scheduled post: when it is published, the id that it will have, which has this time, and the job.
    publish_at timestamptz,
    post_id    uuid,
    job_id     uuid,
    version    integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (author_id, id),
    CONSTRAINT drafts_scheduled_completely
        CHECK (num_nulls(publish_at, post_id, job_id) IN (0, 3))
);
