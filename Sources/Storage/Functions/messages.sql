-- Messages between two users. Outcomes that refuse are the codes of DomainError.

-- The milliseconds of a UUID of version 7.
CREATE OR REPLACE FUNCTION uuid_milliseconds(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || translate(substr(id::text, 1, 13), '-', ''))::bit(48)::bigint
$$;

-- The id of a conversation's next message: a UUID of version 7 of PostgreSQL's clock, at least a millisecond after the
-- last one's, so that ids follow the commits also when that clock steps back. The conversation is locked already.
CREATE OR REPLACE FUNCTION next_message_id(last uuid) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
BEGIN
    IF last IS NOT NULL THEN milliseconds := greatest(milliseconds, uuid_milliseconds(last) + 1); END IF;
    RETURN (lpad(to_hex(milliseconds), 12, '0') || '7' || substr(gen_random_uuid()::text, 16))::uuid;
END
$$;

-- Sends a message. The outcome is sent, repeated (the same key and content were sent before), blocked (by the
-- receiver), or a refusal. The process names the message by a provisional id in its jobs; the id and time that clients
-- sort by are made here.
CREATE OR REPLACE FUNCTION create_message(
    message uuid, conversation uuid, sender uuid, receiver uuid, message_content text, message_media_url text,
    needs_friendship boolean, client_key text, client_digest bytea, jobs jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, content text, read_at timestamptz, enqueued uuid[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known idempotency_keys;
    conversation_row uuid;
    last_id uuid;
    stored_id uuid;
    stored_at timestamptz;
    active_count bigint;
    refusal text;
BEGIN
    IF client_key IS NOT NULL THEN
        -- A concurrent request with the same key waits here for the first.
        PERFORM pg_advisory_xact_lock(hashtextextended(sender::text || client_key, 6));
        SELECT * INTO known FROM idempotency_keys WHERE user_id = sender AND key = client_key;
        IF FOUND THEN
            IF known.digest <> client_digest THEN
                RETURN QUERY
                    SELECT 'idempotency_key_reused', NULL::uuid, NULL::timestamptz, NULL, NULL::timestamptz,
                           NULL::uuid[];
                RETURN;
            END IF;
            RETURN QUERY
                SELECT 'repeated', messages.id, messages.created_at, messages.content,
                       CASE WHEN NOT EXISTS (
                           SELECT FROM hidden_users WHERE viewer_id = sender AND hidden_id = messages.receiver_id)
                       THEN messages.read_at END,
                       NULL::uuid[]
                FROM messages WHERE messages.id = known.message_id;
            IF FOUND THEN RETURN; END IF;
            -- The message was deleted with an account, so this is a new one.
            DELETE FROM idempotency_keys WHERE user_id = sender AND key = client_key;
        END IF;
    END IF;
    -- As in begin_pair_write: a deletion of one of the accounts waits, or has closed it.
    PERFORM FROM accounts WHERE accounts.id IN (sender, receiver) AND is_active ORDER BY accounts.id FOR KEY SHARE;
    GET DIAGNOSTICS active_count = ROW_COUNT;
    IF active_count < 2 THEN
        refusal := CASE WHEN EXISTS (SELECT FROM accounts WHERE accounts.id = sender AND is_active)
                        THEN 'user_not_found' ELSE 'token_invalid' END;
    ELSIF EXISTS (SELECT FROM hidden_users WHERE viewer_id = sender AND hidden_id = receiver) THEN
        refusal := CASE WHEN EXISTS (SELECT FROM blocks WHERE blocker_id = sender AND blocked_id = receiver)
                        THEN 'user_blocked' ELSE 'blocked' END;
    ELSIF needs_friendship AND NOT EXISTS (SELECT FROM friends WHERE user_id = sender AND friend_id = receiver) THEN
        refusal := 'message_to_non_friend';
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN QUERY SELECT refusal, NULL::uuid, NULL::timestamptz, NULL, NULL::timestamptz, NULL::uuid[];
        RETURN;
    END IF;
    INSERT INTO conversations AS existing (id, low_id, high_id, message_count)
    VALUES (conversation, least(sender, receiver), greatest(sender, receiver), 1)
    ON CONFLICT (low_id, high_id) DO UPDATE SET message_count = existing.message_count + 1
    RETURNING existing.id INTO conversation_row;
    SELECT last_message_id INTO last_id FROM conversation_members WHERE user_id = sender AND other_id = receiver;
    stored_id := next_message_id(last_id);
    stored_at := to_timestamp(uuid_milliseconds(stored_id) / 1000.0);
    INSERT INTO messages (id, conversation_id, sender_id, receiver_id, content, media_url, created_at)
    VALUES (stored_id, conversation_row, sender, receiver, message_content, message_media_url, stored_at);
    -- Two users who write to each other at the same time cannot deadlock: the conversation's row has serialised them.
    INSERT INTO conversation_members AS member (user_id, other_id, conversation_id, last_message_id, unread_count)
    VALUES (sender, receiver, conversation_row, stored_id, 0), (receiver, sender, conversation_row, stored_id, 1)
    ON CONFLICT (user_id, other_id) DO UPDATE
    SET last_message_id = greatest(member.last_message_id, excluded.last_message_id),
        unread_count = member.unread_count + excluded.unread_count;
    IF client_key IS NOT NULL THEN
        INSERT INTO idempotency_keys (user_id, key, digest, message_id)
        VALUES (sender, client_key, client_digest, stored_id);
    END IF;
    WITH written AS (
        INSERT INTO outbox SELECT * FROM outbox_rows(jobs_naming(stored_id, message, jobs)) RETURNING outbox.id
    )
    SELECT array_agg(written.id) INTO enqueued FROM written;
    RETURN QUERY SELECT 'sent', stored_id, stored_at, message_content, NULL::timestamptz, enqueued;
END
$$;

-- Marks a message as read by its receiver, and its notification with it; the first time counts. The outcome is read,
-- message_not_found, also between users who see nothing of each other, or message_not_received.
CREATE OR REPLACE FUNCTION mark_message_read(message uuid, reader uuid)
RETURNS TABLE (outcome text, sender uuid, is_first boolean) LANGUAGE plpgsql AS $$
DECLARE
    found_message messages;
BEGIN
    SELECT * INTO found_message FROM messages WHERE id = message AND (receiver_id = reader OR sender_id = reader);
    IF NOT FOUND OR EXISTS (
        SELECT FROM hidden_users
        WHERE viewer_id = found_message.sender_id AND hidden_id = found_message.receiver_id)
    THEN
        RETURN QUERY SELECT 'message_not_found', NULL::uuid, false;
        RETURN;
    END IF;
    IF found_message.receiver_id <> reader THEN
        RETURN QUERY SELECT 'message_not_received', NULL::uuid, false;
        RETURN;
    END IF;
    UPDATE messages SET read_at = now(), delivered_at = coalesce(delivered_at, now())
    WHERE id = message AND read_at IS NULL;
    is_first := FOUND;
    IF is_first THEN
        UPDATE conversation_members SET unread_count = unread_count - 1
        WHERE user_id = reader AND other_id = found_message.sender_id;
        UPDATE notifications SET read_at = now()
        WHERE user_id = reader AND entity_id = message AND notifications.read_at IS NULL;
    END IF;
    RETURN QUERY SELECT 'read', found_message.sender_id, is_first;
END
$$;
