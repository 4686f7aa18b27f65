-- Accounts, sessions, media and the outbox. Constraint and index names are the API between PostgreSQL and Swift:
-- a violated one is recognised by its name.

CREATE TABLE accounts (
    id            uuid PRIMARY KEY,
    email         text NOT NULL,
    username      text NOT NULL,
    password_hash text NOT NULL,
    role          text NOT NULL DEFAULT 'USER'
                  CONSTRAINT accounts_role_known CHECK (role IN ('USER', 'MODERATOR', 'ADMIN')),
    persona       text NOT NULL DEFAULT 'listener'
                  CONSTRAINT accounts_persona_known CHECK (persona IN ('musician', 'listener')),
    is_active     boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
-- The same person whatever the case of the letters.
CREATE UNIQUE INDEX accounts_email_unique ON accounts (lower(email));
CREATE UNIQUE INDEX accounts_username_unique ON accounts (lower(username));

CREATE TABLE media (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    purpose       text NOT NULL CONSTRAINT media_purpose_known CHECK (purpose IN ('avatar', 'track', 'cover', 'other')),
    original_name text NOT NULL,
    file_name     text NOT NULL,
    mime_type     text NOT NULL,
    format        text NOT NULL,
    byte_count    bigint NOT NULL CONSTRAINT media_has_bytes CHECK (byte_count > 0),
    sha256        bytea NOT NULL,
    state         text NOT NULL DEFAULT 'pending'
                  CONSTRAINT media_state_known CHECK (state IN ('pending', 'ready', 'failed')),
    failure       text,
    width         integer,
    height        integer,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX media_by_user ON media (user_id, purpose, id DESC);

CREATE TABLE profiles (
    user_id         uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    avatar_media_id uuid REFERENCES media ON DELETE SET NULL,
    media_count     integer NOT NULL DEFAULT 0 CONSTRAINT profiles_media_count_positive CHECK (media_count >= 0),
    media_bytes     bigint NOT NULL DEFAULT 0 CONSTRAINT profiles_media_bytes_positive CHECK (media_bytes >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- One row is one login on one device: a family of refresh tokens, of which only the newest is good.
CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    refresh_hash bytea NOT NULL,
    user_agent   text,
    ip_address   text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    refreshed_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    end_reason   text CONSTRAINT sessions_end_reason_known
                 CHECK (end_reason IN ('logout', 'reuse', 'password'))
);
CREATE INDEX sessions_open_by_user ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- A job from the moment its cause is committed until its work is done.
CREATE TABLE outbox (
    id         uuid PRIMARY KEY,
    queue      text NOT NULL,
    kind       text NOT NULL,
    payload    jsonb NOT NULL,
    run_at     timestamptz NOT NULL DEFAULT now(),
    attempt    integer NOT NULL DEFAULT 0,
    state      text NOT NULL DEFAULT 'queued' CONSTRAINT outbox_state_known CHECK (state IN ('queued', 'dead')),
    error      text,
    unique_key text,
    trace      text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due ON outbox (run_at) WHERE state = 'queued';
CREATE UNIQUE INDEX outbox_unique_key ON outbox (unique_key) WHERE unique_key IS NOT NULL;
