-- Refresh tokens that are presented again, and the addresses from which an account was used.

ALTER TABLE sessions
    -- SHA-256 of the refresh token before the newest. Its owner may not have received the answer to its exchange yet.
    ADD COLUMN previous_hash bytea;

-- An exchange of a refresh token under an Idempotency-Key. The tokens of its answer are computed from the presented
-- token, the key and this row: nothing here opens a session.
CREATE TABLE refresh_answers (
    -- SHA-256 of the presented token and the key.
    id         bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    -- In the tokens; seconds since 1970.
    issued_at  bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refresh_answers_by_session ON refresh_answers (session_id);

-- Addresses from which an account was logged into. Wrong passwords from elsewhere do not delay logins from them.
CREATE TABLE login_sources (
    user_id       uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    -- Of IPv6 the /64 network.
    address       text NOT NULL,
    last_login_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, address)
);
CREATE INDEX login_sources_expired ON login_sources (last_login_at);
-- Networks of IPv6 are added by the next logins.
INSERT INTO login_sources (user_id, address, last_login_at)
SELECT user_id, ip_address, max(created_at) FROM sessions
WHERE user_id IS NOT NULL AND ip_address NOT LIKE '%:%' AND created_at > now() - interval '30 days'
GROUP BY user_id, ip_address;
