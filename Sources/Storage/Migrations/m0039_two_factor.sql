-- Two-factor login by one-time passwords (RFC 6238), with recovery codes.

-- Since when logins need a code. In the row of the account, which a login locks: a login and a change of this column
-- follow each other.
ALTER TABLE accounts ADD COLUMN two_factor_at timestamptz;

-- The secret of an account's one-time passwords; of an account without `two_factor_at` it is not confirmed yet.
CREATE TABLE two_factor (
    user_id    uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    -- Encrypted under a key that the database does not have.
    secret     bytea NOT NULL,
    -- The newest step whose code was used: that code and older ones are refused.
    last_step  bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Codes for a lost device. Each is deleted when it is used.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES two_factor ON DELETE CASCADE,
    -- SHA-256 of the code, which has 80 random bits.
    hash    bytea NOT NULL,
    PRIMARY KEY (user_id, hash)
);
