-- One identity for every surface: what people say of themselves, how they prove who they are, and how they leave.

ALTER TABLE accounts
    -- Null: a provider's word alone opens the account.
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN is_verified boolean NOT NULL DEFAULT false,
    -- Of the mails they get.
    ADD COLUMN language text NOT NULL DEFAULT 'en' CONSTRAINT accounts_language_known CHECK (language IN ('en', 'ru')),
    -- They have left; a job removes what was theirs, and then this row.
    ADD COLUMN deleted_at timestamptz;

ALTER TABLE profiles
    ADD COLUMN first_name text,
    ADD COLUMN last_name text,
    ADD COLUMN bio text,
    ADD COLUMN cover_image text,
    ADD COLUMN date_of_birth date,
    ADD COLUMN phone text,
    ADD COLUMN followers_count integer NOT NULL DEFAULT 0
        CONSTRAINT profiles_followers_count_positive CHECK (followers_count >= 0),
    ADD COLUMN following_count integer NOT NULL DEFAULT 0
        CONSTRAINT profiles_following_count_positive CHECK (following_count >= 0),
    ADD COLUMN posts_count integer NOT NULL DEFAULT 0
        CONSTRAINT profiles_posts_count_positive CHECK (posts_count >= 0);

-- A session outlives its account by the time that access tokens live, so that every process hears that it has ended. It
-- then says nothing of whose it was.
ALTER TABLE sessions
    ALTER COLUMN user_id DROP NOT NULL,
    DROP CONSTRAINT sessions_user_id_fkey,
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts ON DELETE SET NULL,
    DROP CONSTRAINT sessions_end_reason_known,
    ADD CONSTRAINT sessions_end_reason_known CHECK (
        end_reason IN ('logout', 'reuse', 'password', 'reset', 'ended', 'deactivated', 'deleted', 'provider'));
CREATE INDEX sessions_by_user ON sessions (user_id);

-- A link in a mail. Its secret is computed from the id; the row is what makes it good once, and for a time.
CREATE TABLE account_links (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind       text NOT NULL CONSTRAINT account_links_kind_known CHECK (kind IN ('verify', 'reset')),
    -- Where it was sent: it proves nothing about another address.
    email      text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX account_links_by_user ON account_links (user_id, kind);
CREATE INDEX account_links_expired ON account_links (expires_at);

-- Who somebody is at an OpenID provider.
CREATE TABLE provider_identities (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    user_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    email      text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX provider_identities_by_user ON provider_identities (user_id);

-- Nonces that were used, until they have expired anyway: an id token opens one session.
CREATE TABLE used_nonces (
    nonce      text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_nonces_expired ON used_nonces (expires_at);

-- Everything that there is about a person, put together for them. One for each; a new one replaces it.
CREATE TABLE account_exports (
    user_id    uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    id         uuid NOT NULL,
    state      text NOT NULL DEFAULT 'pending'
               CONSTRAINT account_exports_state_known CHECK (state IN ('pending', 'ready', 'failed')),
    byte_count bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    ready_at   timestamptz,
    expires_at timestamptz NOT NULL
);
CREATE INDEX account_exports_expired ON account_exports (expires_at);
