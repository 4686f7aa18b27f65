-- Two-factor login. Every function that changes it locks the account first, as logins do.

-- Spends a code, once: of two transactions with one code the second finds it spent. With a step, `proof` is the
-- encrypted secret that the code was compared with, and the step must be newer than any before; without, it is the hash
-- of a recovery code.
CREATE OR REPLACE FUNCTION spend_second_factor(account uuid, step bigint, proof bytea) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF step IS NULL THEN
        DELETE FROM recovery_codes WHERE user_id = account AND hash = proof;
    ELSE
        UPDATE two_factor SET last_step = step WHERE user_id = account AND secret = proof AND last_step < step;
    END IF;
    RETURN FOUND;
END
$$;

-- Whether a login passes; `since` is the `two_factor_at` of the locked account. Spends the code. Without two-factor
-- login a code is ignored.
CREATE OR REPLACE FUNCTION passes_second_factor(account uuid, since timestamptz, step bigint, proof bytea)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF since IS NULL THEN RETURN true; END IF;
    RETURN proof IS NOT NULL AND spend_second_factor(account, step, proof);
END
$$;

-- Stores a new secret until it is confirmed, in place of an unconfirmed one. The refusal, or null.
CREATE OR REPLACE FUNCTION begin_two_factor(account uuid, sealed bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    SELECT two_factor_at INTO since FROM accounts WHERE id = account AND is_active FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN 'account_not_found'; END IF;
    IF since IS NOT NULL THEN RETURN 'two_factor_already_enabled'; END IF;
    INSERT INTO two_factor (user_id, secret) VALUES (account, sealed)
    ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = now();
    RETURN NULL;
END
$$;

-- The row that says whether the mail was enqueued, then the sessions that end because two-factor login changed: all but
-- the kept one. The reason is the one of a new password: the credentials have changed.
CREATE OR REPLACE FUNCTION end_for_two_factor(account uuid, kept uuid, jobs jsonb)
RETURNS TABLE (refusal text, ended uuid, is_enqueued boolean) LANGUAGE plpgsql AS $$
DECLARE
    sessions_ended uuid[];
BEGIN
    WITH closed AS (
        UPDATE sessions SET ended_at = now(), end_reason = 'password'
        WHERE user_id = account AND id IS DISTINCT FROM kept AND ended_at IS NULL
        RETURNING id
    )
    SELECT array_agg(id) INTO sessions_ended FROM closed;
    INSERT INTO outbox SELECT * FROM unique_outbox_rows(jobs) ON CONFLICT DO NOTHING;
    is_enqueued := FOUND;
    RETURN NEXT;
    RETURN QUERY SELECT NULL::text, id, false FROM unnest(sessions_ended) AS id;
END
$$;

-- Replaces the recovery codes by those with the given hashes, in base 16.
CREATE OR REPLACE FUNCTION set_recovery_codes(account uuid, hashes text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM recovery_codes WHERE user_id = account;
    INSERT INTO recovery_codes (user_id, hash) SELECT account, decode(code, 'hex') FROM unnest(hashes) AS code;
END
$$;

-- Enables two-factor login by a code of the new secret, which must not be older than an hour.
CREATE OR REPLACE FUNCTION confirm_two_factor(
    account uuid, kept uuid, step bigint, sealed bytea, hashes text[], jobs jsonb
) RETURNS TABLE (refusal text, ended uuid, is_enqueued boolean) LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    SELECT two_factor_at INTO since FROM accounts WHERE id = account AND is_active FOR NO KEY UPDATE;
    IF since IS NOT NULL THEN
        RETURN QUERY SELECT 'two_factor_already_enabled', NULL::uuid, false;
        RETURN;
    END IF;
    UPDATE two_factor SET last_step = step
    WHERE user_id = account AND secret = sealed AND created_at > now() - interval '1 hour';
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'two_factor_not_begun', NULL::uuid, false;
        RETURN;
    END IF;
    UPDATE accounts SET two_factor_at = now(), updated_at = now() WHERE id = account;
    PERFORM set_recovery_codes(account, hashes);
    RETURN QUERY SELECT * FROM end_for_two_factor(account, kept, jobs);
END
$$;

-- Disables two-factor login by a code.
CREATE OR REPLACE FUNCTION disable_two_factor(account uuid, kept uuid, step bigint, proof bytea, jobs jsonb)
RETURNS TABLE (refusal text, ended uuid, is_enqueued boolean) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE id = account AND two_factor_at IS NOT NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'two_factor_not_enabled', NULL::uuid, false;
    ELSIF NOT spend_second_factor(account, step, proof) THEN
        RETURN QUERY SELECT 'two_factor_invalid', NULL::uuid, false;
    ELSE
        RETURN QUERY SELECT * FROM remove_two_factor(account, kept, jobs);
    END IF;
END
$$;

-- Replaces the recovery codes by a code.
CREATE OR REPLACE FUNCTION renew_recovery_codes(
    account uuid, kept uuid, step bigint, proof bytea, hashes text[], jobs jsonb
) RETURNS TABLE (refusal text, ended uuid, is_enqueued boolean) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE id = account AND two_factor_at IS NOT NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'two_factor_not_enabled', NULL::uuid, false;
    ELSIF NOT spend_second_factor(account, step, proof) THEN
        RETURN QUERY SELECT 'two_factor_invalid', NULL::uuid, false;
    ELSE
        PERFORM set_recovery_codes(account, hashes);
        RETURN QUERY SELECT * FROM end_for_two_factor(account, kept, jobs);
    END IF;
END
$$;

-- Removes the second factor without a code, by an administrator, or with `actor` null on the command line, which alone
-- removes that of an administrator.
CREATE OR REPLACE FUNCTION reset_two_factor(account uuid, actor uuid, jobs jsonb)
RETURNS TABLE (refusal text, ended uuid, is_enqueued boolean) LANGUAGE plpgsql AS $$
DECLARE
    target accounts;
BEGIN
    SELECT * INTO target FROM accounts WHERE id = account AND deleted_at IS NULL FOR NO KEY UPDATE;
    refusal := CASE
        WHEN target.id IS NULL THEN 'account_not_found'
        WHEN actor IS NOT NULL AND target.role = 'ADMIN' THEN 'administrator_protected'
        WHEN target.two_factor_at IS NULL THEN 'two_factor_not_enabled'
    END;
    IF refusal IS NOT NULL THEN
        RETURN QUERY SELECT reset_two_factor.refusal, NULL::uuid, false;
        RETURN;
    END IF;
    PERFORM record_audit(actor, 'reset_two_factor', NULL, account, NULL, NULL);
    RETURN QUERY SELECT * FROM remove_two_factor(account, NULL, jobs);
END
$$;

CREATE OR REPLACE FUNCTION remove_two_factor(account uuid, kept uuid, jobs jsonb)
RETURNS TABLE (refusal text, ended uuid, is_enqueued boolean) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts SET two_factor_at = NULL, updated_at = now() WHERE id = account;
    DELETE FROM two_factor WHERE user_id = account;
    RETURN QUERY SELECT * FROM end_for_two_factor(account, kept, jobs);
END
$$;

-- Whether a role may not be used before its user has enabled two-factor login: a session of the API says whether staff
-- need it (TWO_FACTOR_FOR_STAFF).
CREATE OR REPLACE FUNCTION is_role_withheld(role text, two_factor_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT role <> 'USER' AND two_factor_at IS NULL
        AND coalesce(current_setting('socialplay.two_factor_for_staff', true), 'off') = 'on'
$$;

-- Whether a user has one of some roles and may use it. Every statement that gives staff more than others asks it.
CREATE OR REPLACE FUNCTION has_role(account uuid, VARIADIC roles text[]) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM accounts
        WHERE id = account AND is_active AND role = ANY (roles) AND NOT is_role_withheld(role, two_factor_at));
END
$$;

-- Null if the user has one of some roles and may use it, else the refusal.
CREATE OR REPLACE FUNCTION role_refusal(account uuid, VARIADIC roles text[]) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE
        WHEN has_role(account, VARIADIC roles) THEN NULL
        WHEN EXISTS (SELECT FROM accounts WHERE id = account AND is_active AND role = ANY (roles))
        THEN 'two_factor_setup_required'
        ELSE 'role_required' END;
END
$$;
