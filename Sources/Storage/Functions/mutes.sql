-- Mutes: what a muted user publishes is not in the muter's feeds, and does not notify the muter. The muted user never
-- learns of it. Outcomes that refuse are the codes of DomainError.

-- Mutes a user, whether or not the muter follows the user. The refusals of users who block each other are those of a
-- follow, so that they tell the muter no more. Null, or the refusal.
CREATE OR REPLACE FUNCTION mute_user(muter uuid, muted uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    refusal text := begin_pair_write(muter, muted);
    mute_id uuid;
BEGIN
    IF refusal IS NULL AND EXISTS (SELECT FROM blocks WHERE blocker_id = muter AND blocked_id = muted) THEN
        refusal := 'user_blocked';
    END IF;
    IF refusal IS NOT NULL THEN RETURN refusal; END IF;
    mute_id := next_message_id((SELECT id FROM mutes WHERE muter_id = muter ORDER BY id DESC LIMIT 1));
    INSERT INTO mutes (muter_id, muted_id, id, created_at)
    VALUES (muter, muted, mute_id, to_timestamp(uuid_milliseconds(mute_id) / 1000.0)) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN 'user_already_muted'; END IF;
    UPDATE follows SET is_muted = true WHERE follower_id = muter AND following_id = muted;
    RETURN NULL;
END
$$;

-- Ends a mute, also of a closed account. `jobs` drop the muter's timelines, which lack what the other user published
-- meanwhile; without a follow they lack nothing. No row if the user is not muted.
CREATE OR REPLACE FUNCTION unmute_user(muter uuid, muted uuid, jobs jsonb) RETURNS TABLE (is_enqueued boolean)
LANGUAGE plpgsql AS $$
BEGIN
    IF begin_pair_write(muter, muted) = 'token_invalid' THEN RETURN; END IF;
    DELETE FROM mutes WHERE muter_id = muter AND muted_id = muted;
    IF NOT FOUND THEN RETURN; END IF;
    UPDATE follows SET is_muted = false WHERE follower_id = muter AND following_id = muted;
    is_enqueued := FOUND;
    IF is_enqueued THEN INSERT INTO outbox SELECT * FROM outbox_rows(jobs); END IF;
    RETURN NEXT;
END
$$;
