-- Closing and deleting accounts.

-- Marks an account as deleted: its name and address are free, its logins are deleted, its sessions end without a trace
-- of the client. FOR UPDATE waits for every statement that locked the account for a row of its own, and what begins
-- later finds the account closed; so the job that deletes the rows misses none, and the event is the user's last.
-- Returns no row if there is no such account, else a null and the ids of the sessions that ended.
CREATE OR REPLACE FUNCTION close_account(account uuid, jobs jsonb, event jsonb) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE id = account AND deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM add_domain_event(event);
    UPDATE accounts
    SET deleted_at = now(), updated_at = now(), is_active = false, password_hash = NULL,
        email = 'deleted-' || id, username = 'deleted-' || id, two_factor_at = NULL
    WHERE id = account;
    DELETE FROM account_links WHERE user_id = account;
    DELETE FROM provider_identities WHERE user_id = account;
    DELETE FROM login_sources WHERE user_id = account;
    DELETE FROM two_factor WHERE user_id = account;
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs);
    RETURN QUERY SELECT NULL::uuid;
    RETURN QUERY
        UPDATE sessions
        SET ended_at = coalesce(ended_at, now()), end_reason = coalesce(end_reason, 'deleted'), user_agent = NULL,
            ip_address = NULL
        WHERE user_id = account
        RETURNING sessions.id;
END
$$;

-- As the version before calls it, while it is replaced.
CREATE OR REPLACE FUNCTION close_account(account uuid, jobs jsonb) RETURNS SETOF uuid LANGUAGE sql AS $$
    SELECT close_account(account, jobs, jsonb_build_object(
        'id', gen_random_uuid(), 'subject', account, 'kind', 'user.deleted',
        'data', jsonb_build_object('userId', account)))
$$;

-- Deletes the rows of files of a deleted account, counts them, and enqueues the removal of the files. The profile is
-- locked first, as by every statement that finishes a file. Returns how many rows were deleted, and how many are left.
CREATE OR REPLACE FUNCTION remove_account_files(account uuid, files uuid[], removal jsonb)
RETURNS TABLE (removed bigint, remaining bigint) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM profiles JOIN accounts ON accounts.id = user_id
    WHERE user_id = account AND deleted_at IS NOT NULL FOR UPDATE OF profiles;
    IF NOT FOUND THEN RETURN; END IF;
    removed := remove_media_rows(account, files);
    IF removed > 0 THEN INSERT INTO outbox SELECT * FROM outbox_rows(removal); END IF;
    remaining := (SELECT count(*) FROM media WHERE user_id = account);
    RETURN NEXT;
END
$$;

-- Deletes the row of a deleted account and finishes the job; false, and nothing happens, while rows are left that have
-- files or are counted in the rows of other users, which a cascade would not do.
CREATE OR REPLACE FUNCTION delete_closed_account(account uuid, job uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE id = account AND deleted_at IS NOT NULL FOR UPDATE;
    IF EXISTS (SELECT FROM media WHERE user_id = account)
        OR EXISTS (SELECT FROM uploads WHERE user_id = account)
        OR EXISTS (SELECT FROM friends WHERE user_id = account)
        OR EXISTS (SELECT FROM follows WHERE follower_id = account OR following_id = account)
        OR EXISTS (SELECT FROM posts WHERE author_id = account)
        OR EXISTS (SELECT FROM likes WHERE user_id = account)
        OR EXISTS (SELECT FROM shares WHERE user_id = account)
        OR EXISTS (SELECT FROM comments WHERE author_id = account)
        OR EXISTS (SELECT FROM conversation_members WHERE user_id = account)
        OR EXISTS (SELECT FROM notifications WHERE actor_id = account)
    THEN
        RETURN false;
    END IF;
    PERFORM forget_moderation(account);
    DELETE FROM accounts WHERE id = account AND deleted_at IS NOT NULL;
    DELETE FROM inbox_changes WHERE user_id = account;
    PERFORM finish_job(job);
    RETURN true;
END
$$;
