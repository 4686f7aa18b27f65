-- Messages between two users. Outcomes that refuse are the codes of DomainError.
--
-- What writes a message locks the pair of its users first, then the message, then `conversation_members`.

-- The milliseconds of a UUID of version 7.
CREATE OR REPLACE FUNCTION uuid_milliseconds(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || translate(substr(id::text, 1, 13), '-', ''))::bit(48)::bigint
$$;

-- The id of a conversation's next message: a UUID of version 7 of PostgreSQL's clock, at least a millisecond after the
-- last one's, so that ids follow the commits also when that clock steps back. The pair is locked already.
CREATE OR REPLACE FUNCTION next_message_id(last uuid) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
BEGIN
    IF last IS NOT NULL THEN milliseconds := greatest(milliseconds, uuid_milliseconds(last) + 1); END IF;
    RETURN (lpad(to_hex(milliseconds), 12, '0') || '7' || substr(gen_random_uuid()::text, 16))::uuid;
END
$$;

-- The messages that a viewer sees: the one rule, which every statement that shows messages reads. One's own, until one
-- removes them from the own view; those of others, until one removes them, if they were meant to be shown, and while
-- neither of the two blocks the other. In a block, marks and reactions of the other are not shown either.
CREATE OR REPLACE FUNCTION visible_messages(viewer uuid) RETURNS TABLE (
    id uuid, conversation_id uuid, sender_id uuid, receiver_id uuid, content text, media_url text,
    created_at timestamptz, delivered_at timestamptz, read_at timestamptz, edited_at timestamptz, sender_reaction text,
    receiver_reaction text)
LANGUAGE sql STABLE AS $$
    SELECT message.id, conversation_id, sender_id, receiver_id, content, media_url, created_at,
           CASE WHEN NOT is_apart THEN delivered_at END, CASE WHEN NOT is_apart THEN read_at END, edited_at,
           CASE WHEN NOT is_apart OR sender_id = viewer THEN sender_reaction END,
           CASE WHEN NOT is_apart OR receiver_id = viewer THEN receiver_reaction END
    FROM messages AS message CROSS JOIN LATERAL (
        SELECT (SELECT EXISTS (
            SELECT FROM hidden_users WHERE viewer_id = sender_id AND hidden_id = receiver_id)) AS is_apart
        OFFSET 0
    ) AS block
    WHERE sender_id = viewer AND NOT is_hidden_from_sender
       OR receiver_id = viewer AND NOT is_hidden_from_receiver AND NOT is_apart
$$;

-- A message that a user sees, with the pair of its users locked until the transaction ends; null if there is none. Of a
-- block between the two, `is_blocked` says whether the other blocks the user.
CREATE OR REPLACE FUNCTION lock_visible_message(
    message uuid, actor uuid, OUT message_row messages, OUT is_blocked boolean, OUT is_blocking boolean)
LANGUAGE plpgsql AS $$
DECLARE
    other uuid;
BEGIN
    SELECT CASE WHEN sender_id = actor THEN receiver_id ELSE sender_id END INTO other
    FROM visible_messages(actor) AS seen WHERE seen.id = message;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM lock_pair(actor, other);
    SELECT * INTO message_row FROM messages WHERE id = message FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM visible_messages(actor) AS seen WHERE seen.id = message) THEN
        message_row := NULL;
        RETURN;
    END IF;
    is_blocked := EXISTS (SELECT FROM blocks WHERE blocker_id = other AND blocked_id = actor);
    is_blocking := EXISTS (SELECT FROM blocks WHERE blocker_id = actor AND blocked_id = other);
END
$$;

-- What a message is found by: its words, and a word for each of its users who may find it (null: may not). Words of
-- texts do not begin with `@`. In PL/pgSQL, which plans once a session.
CREATE OR REPLACE FUNCTION message_words(content text, sender uuid, receiver uuid) RETURNS tsvector
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN to_tsvector('russian', search_fold(content))
        || array_to_tsvector(array_remove(ARRAY['@' || sender, '@' || receiver], NULL));
END
$$;

-- Sends a message. The outcome is sent, repeated (the same key and content were sent before), or a refusal. The id and
-- time that clients sort by are made here. `notice` notifies the receiver (see enqueue_notice). A message of a sender
-- whom the receiver blocks is stored like any other, and shown to the sender alone, for good; it is no event of the
-- receiver. `write_messages` appends the events of all of its messages together.
CREATE OR REPLACE FUNCTION write_message(
    sender uuid, receiver uuid, message_content text, message_media_url text, needs_friendship boolean,
    new_conversation uuid, notice jsonb, client_key text, client_digest bytea)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, is_notified boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known record;
    relation record;
    refusal text;
    conversation uuid;
    stored_id uuid;
    stored_at timestamptz;
BEGIN
    IF client_key IS NOT NULL THEN
        known := find_keyed_request(sender, client_key, client_digest);
        IF known.refusal IS NOT NULL OR known.entity IS NOT NULL THEN
            RETURN QUERY SELECT coalesce(known.refusal, 'repeated'), known.entity, NULL::timestamptz, false;
            RETURN;
        END IF;
    END IF;
    refusal := begin_pair_write(sender, receiver);
    SELECT (SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = sender AND blocked_id = receiver)) AS is_blocking,
           (SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = receiver AND blocked_id = sender)) AS is_blocked,
           CASE WHEN needs_friendship
                THEN (SELECT NOT EXISTS (SELECT FROM friends WHERE user_id = sender AND friend_id = receiver))
                ELSE false END AS is_stranger,
           coalesce(own.conversation_id, theirs.conversation_id) AS conversation_id,
           greatest(own.last_message_id, theirs.last_message_id) AS last_id
    INTO relation
    FROM (SELECT) AS one
        LEFT JOIN LATERAL (
            SELECT * FROM conversation_members WHERE user_id = sender AND other_id = receiver LIMIT 1
        ) AS own ON true
        LEFT JOIN LATERAL (
            SELECT * FROM conversation_members WHERE user_id = receiver AND other_id = sender LIMIT 1
        ) AS theirs ON true;
    IF refusal IS NULL AND relation.is_blocking THEN refusal := 'user_blocked'; END IF;
    IF refusal IS NULL AND relation.is_stranger THEN refusal := 'message_to_non_friend'; END IF;
    IF refusal IS NOT NULL THEN
        RETURN QUERY SELECT refusal, NULL::uuid, NULL::timestamptz, false;
        RETURN;
    END IF;
    conversation := relation.conversation_id;
    IF conversation IS NULL THEN
        -- A conversation stays when all of its messages are deleted. The update is for its result alone.
        INSERT INTO conversations AS existing (id, low_id, high_id)
        VALUES (new_conversation, least(sender, receiver), greatest(sender, receiver))
        ON CONFLICT (low_id, high_id) DO UPDATE SET low_id = existing.low_id
        RETURNING existing.id INTO conversation;
    END IF;
    stored_id := next_message_id(relation.last_id);
    stored_at := to_timestamp(uuid_milliseconds(stored_id) / 1000.0);
    INSERT INTO messages (
        id, conversation_id, sender_id, receiver_id, content, media_url, created_at, is_hidden_from_receiver)
    VALUES (stored_id, conversation, sender, receiver, message_content, message_media_url, stored_at,
            relation.is_blocked);
    INSERT INTO message_search (message_id, words)
    VALUES (stored_id,
            message_words(message_content, sender, CASE WHEN NOT relation.is_blocked THEN receiver END));
    INSERT INTO conversation_members AS member (
        user_id, other_id, conversation_id, last_message_id, unread_count, message_count)
    SELECT *
    FROM (VALUES (sender, receiver, conversation, stored_id, 0, 1),
                 (receiver, sender, conversation, stored_id, 1, 1)) AS view (viewer, other)
    WHERE viewer = sender OR NOT relation.is_blocked
    ON CONFLICT (user_id, other_id) DO UPDATE
    SET last_message_id = excluded.last_message_id, unread_count = member.unread_count + excluded.unread_count,
        message_count = member.message_count + 1;
    IF client_key IS NOT NULL THEN PERFORM record_keyed_request(sender, client_key, client_digest, stored_id); END IF;
    IF NOT relation.is_blocked THEN PERFORM enqueue_notice(receiver, stored_id, notice); END IF;
    IF coalesce(current_setting('socialplay.appends_later', true), '') = '' THEN
        PERFORM append_user_events(
            ARRAY[sender, CASE WHEN NOT relation.is_blocked THEN receiver END], '{1,1}', ARRAY[stored_id, stored_id],
            ARRAY[sender, sender]);
    END IF;
    RETURN QUERY SELECT 'sent', stored_id, stored_at, NOT relation.is_blocked;
END
$$;

-- Sends several messages, one after the other: for each, in order, what `write_message` returns. Takes the locks of all
-- requests, accounts and pairs first, each kind in one order; those of the events come last, once for all.
CREATE OR REPLACE FUNCTION write_messages(requests jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, is_notified boolean) LANGUAGE plpgsql AS $$
DECLARE
    senders uuid[] := ARRAY(SELECT (request ->> 'author')::uuid FROM jsonb_array_elements(requests) AS request);
    receivers uuid[] := ARRAY(SELECT (request ->> 'receiver')::uuid FROM jsonb_array_elements(requests) AS request);
    request jsonb;
    owners uuid[] := '{}';
    entities uuid[] := '{}';
    actors uuid[] := '{}';
BEGIN
    PERFORM set_config('socialplay.appends_later', 'on', true);
    PERFORM lock_request_keys(requests);
    PERFORM FROM accounts WHERE accounts.id = ANY (senders || receivers) ORDER BY accounts.id FOR KEY SHARE;
    PERFORM lock_pairs(senders, receivers);
    FOR place IN 1..cardinality(senders) LOOP
        request := requests -> (place - 1);
        SELECT * INTO outcome, id, created_at, is_notified FROM write_message(
            senders[place], receivers[place], request ->> 'content', request ->> 'mediaUrl',
            (request ->> 'needsFriendship')::boolean, (request ->> 'conversation')::uuid, request -> 'notice',
            request ->> 'key', decode(request ->> 'digest', 'hex'));
        RETURN NEXT;
        IF outcome = 'sent' THEN
            owners := owners || ARRAY[senders[place], CASE WHEN is_notified THEN receivers[place] END];
            entities := entities || ARRAY[id, id];
            actors := actors || ARRAY[senders[place], senders[place]];
        END IF;
    END LOOP;
    PERFORM append_user_events(owners, array_fill(1::smallint, ARRAY[cardinality(owners)]), entities, actors);
END
$$;

-- The same as write_message for processes of an earlier version, which name the message by a provisional id.
CREATE OR REPLACE FUNCTION create_message(
    message uuid, conversation uuid, sender uuid, receiver uuid, message_content text, message_media_url text,
    needs_friendship boolean, client_key text, client_digest bytea, jobs jsonb)
RETURNS TABLE (outcome text, id uuid, created_at timestamptz, content text, read_at timestamptz, enqueued uuid[])
LANGUAGE sql AS $$
    SELECT outcome, id, created_at, message_content, NULL::timestamptz,
           CASE WHEN is_notified THEN ARRAY[(jobs -> 0 ->> 'id')::uuid] END
    FROM write_message(
        sender, receiver, message_content, message_media_url, needs_friendship, conversation, jobs -> 0, client_key,
        client_digest)
$$;

-- Marks a message as read by its receiver, and its notification with it; the first time counts. The outcome is read,
-- message_not_found, also between users who see nothing of each other, or message_not_received.
CREATE OR REPLACE FUNCTION mark_message_read(message uuid, reader uuid)
RETURNS TABLE (outcome text, sender uuid, is_first boolean) LANGUAGE plpgsql AS $$
DECLARE
    found_message record;
    notice uuid;
BEGIN
    SELECT sender_id, receiver_id INTO found_message
    FROM visible_messages(reader) AS seen
    WHERE seen.id = message
      AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = sender_id AND hidden_id = receiver_id);
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'message_not_found', NULL::uuid, false;
        RETURN;
    END IF;
    IF found_message.receiver_id <> reader THEN
        RETURN QUERY SELECT 'message_not_received', NULL::uuid, false;
        RETURN;
    END IF;
    UPDATE messages SET read_at = now(), delivered_at = coalesce(delivered_at, now())
    WHERE id = message AND read_at IS NULL AND NOT is_hidden_from_receiver;
    is_first := FOUND;
    IF is_first THEN
        UPDATE conversation_members SET unread_count = unread_count - 1
        WHERE user_id = reader AND other_id = found_message.sender_id;
        UPDATE notifications SET read_at = now()
        WHERE user_id = reader AND entity_id = message AND notifications.read_at IS NULL
        RETURNING id INTO notice;
        PERFORM append_user_events(
            ARRAY[found_message.sender_id, reader] || CASE WHEN notice IS NOT NULL THEN ARRAY[reader] END, '{2,2,5}',
            ARRAY[message, message, notice], ARRAY[reader, reader]);
    END IF;
    RETURN QUERY SELECT 'read', found_message.sender_id, is_first;
END
$$;

-- The newest message of a conversation that one of its users has not removed, and was meant to see; null if none.
CREATE OR REPLACE FUNCTION last_message_in_view(conversation uuid, viewer uuid, other uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    RETURN (
        SELECT newest.id
        FROM (VALUES (viewer, false), (other, false), (other, true)) AS part (receiver, is_hidden)
            CROSS JOIN LATERAL (
                SELECT id FROM messages
                WHERE conversation_id = conversation AND receiver_id = receiver AND is_hidden_from_receiver = is_hidden
                  AND (receiver = viewer OR NOT is_hidden_from_sender)
                ORDER BY id DESC LIMIT 1
            ) AS newest
        ORDER BY newest.id DESC LIMIT 1);
END
$$;

-- Counts a message out of a user's view of a conversation, after it was removed. A view without messages is none.
CREATE OR REPLACE FUNCTION leave_message(message messages, viewer uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    other uuid := CASE WHEN message.sender_id = viewer THEN message.receiver_id ELSE message.sender_id END;
    last_id uuid;
BEGIN
    SELECT last_message_id INTO last_id
    FROM conversation_members WHERE user_id = viewer AND other_id = other FOR NO KEY UPDATE;
    IF last_id = message.id THEN last_id := last_message_in_view(message.conversation_id, viewer, other); END IF;
    IF last_id IS NULL THEN
        DELETE FROM conversation_members WHERE user_id = viewer AND other_id = other;
        RETURN;
    END IF;
    UPDATE conversation_members
    SET last_message_id = last_id, message_count = message_count - 1,
        unread_count = unread_count - (message.receiver_id = viewer AND message.read_at IS NULL)::integer
    WHERE user_id = viewer AND other_id = other;
END
$$;

-- Deletes a message for both users (`for_all`), which its sender may, or removes it from the actor's view. One that
-- neither sees is deleted. Null, or the refusal: message_not_found, message_not_yours.
CREATE OR REPLACE FUNCTION remove_message(message uuid, actor uuid, for_all boolean) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    removed messages;
    is_sender boolean;
BEGIN
    SELECT (locked.message_row).* INTO removed FROM lock_visible_message(message, actor) AS locked;
    IF removed.id IS NULL THEN RETURN 'message_not_found'; END IF;
    is_sender := removed.sender_id = actor;
    IF for_all AND NOT is_sender THEN RETURN 'message_not_yours'; END IF;
    IF for_all OR (CASE WHEN is_sender THEN removed.is_hidden_from_receiver ELSE removed.is_hidden_from_sender END) THEN
        DELETE FROM messages WHERE id = message;
    ELSE
        UPDATE messages
        SET is_hidden_from_sender = is_hidden_from_sender OR is_sender,
            is_hidden_from_receiver = is_hidden_from_receiver OR NOT is_sender
        WHERE id = message;
        UPDATE message_search SET words = ts_delete(words, '@' || actor) WHERE message_id = message;
    END IF;
    IF is_sender OR for_all THEN PERFORM leave_message(removed, removed.sender_id); END IF;
    IF NOT removed.is_hidden_from_receiver AND (for_all OR NOT is_sender) THEN
        PERFORM leave_message(removed, removed.receiver_id);
    END IF;
    PERFORM append_user_events(
        ARRAY[actor, CASE WHEN for_all AND NOT removed.is_hidden_from_receiver THEN removed.receiver_id END], '{3,3}',
        ARRAY[message, message], ARRAY[actor, actor]);
    RETURN NULL;
END
$$;

-- Hides a message from its receiver for good, because its sender, whom the receiver blocks, changes it.
CREATE OR REPLACE FUNCTION withhold_message(withheld messages) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF withheld.is_hidden_from_receiver THEN RETURN; END IF;
    UPDATE messages SET is_hidden_from_receiver = true WHERE id = withheld.id;
    UPDATE message_search SET words = ts_delete(words, '@' || withheld.receiver_id) WHERE message_id = withheld.id;
    PERFORM leave_message(withheld, withheld.receiver_id);
END
$$;

-- Changes a message within fifteen minutes by its sender. Null keeps the text; `new_media_url` counts if
-- `changes_media`. Null, or the refusal: message_not_found, message_not_yours, message_too_old, user_blocked.
CREATE OR REPLACE FUNCTION edit_message(
    message uuid, actor uuid, new_content text, changes_media boolean, new_media_url text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    locked record;
    edited messages;
BEGIN
    SELECT * INTO locked FROM lock_visible_message(message, actor);
    edited := locked.message_row;
    IF edited.id IS NULL THEN RETURN 'message_not_found'; END IF;
    IF edited.sender_id <> actor THEN RETURN 'message_not_yours'; END IF;
    IF locked.is_blocking THEN RETURN 'user_blocked'; END IF;
    IF edited.created_at <= clock_timestamp() - interval '15 minutes' THEN RETURN 'message_too_old'; END IF;
    IF locked.is_blocked THEN PERFORM withhold_message(edited); END IF;
    UPDATE messages
    SET content = coalesce(new_content, content),
        media_url = CASE WHEN changes_media THEN new_media_url ELSE media_url END, edited_at = clock_timestamp()
    WHERE id = message;
    IF new_content <> edited.content THEN PERFORM index_messages(ARRAY[message]); END IF;
    RETURN NULL;
END
$$;

-- Sets a user's reaction to a message, or ends it (null). Null, or the refusal: message_not_found, user_blocked.
CREATE OR REPLACE FUNCTION react_to_message(message uuid, actor uuid, emoji text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    locked record;
    target messages;
BEGIN
    IF emoji IS NOT NULL THEN PERFORM refuse_limited(actor); END IF;
    SELECT * INTO locked FROM lock_visible_message(message, actor);
    target := locked.message_row;
    IF target.id IS NULL THEN RETURN 'message_not_found'; END IF;
    IF emoji IS NOT NULL AND locked.is_blocking THEN RETURN 'user_blocked'; END IF;
    IF emoji IS NOT NULL AND locked.is_blocked THEN PERFORM withhold_message(target); END IF;
    IF target.sender_id = actor THEN
        UPDATE messages SET sender_reaction = emoji WHERE id = message;
    ELSE
        UPDATE messages SET receiver_reaction = emoji WHERE id = message;
    END IF;
    RETURN NULL;
END
$$;

-- Writes what messages are found by, as they are now.
CREATE OR REPLACE FUNCTION index_messages(chosen uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO message_search (message_id, words)
    SELECT id, message_words(
        content, CASE WHEN NOT is_hidden_from_sender THEN sender_id END,
        CASE WHEN NOT is_hidden_from_receiver THEN receiver_id END)
    FROM messages WHERE id = ANY (chosen) ORDER BY id FOR NO KEY UPDATE
    ON CONFLICT (message_id) DO UPDATE SET words = excluded.words;
END
$$;

-- Indexes messages of an earlier version, which have no words, the newest first: looks at 2,000 messages before an id,
-- and indexes 100 at most, because they are locked meanwhile. Returns the id to continue before; null at the end.
CREATE OR REPLACE FUNCTION index_some_messages(last uuid) RETURNS uuid LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    looked_at uuid[] := ARRAY(SELECT id FROM messages WHERE id < last ORDER BY id DESC LIMIT 2000);
    missing uuid[] := ARRAY(
        SELECT message.id FROM unnest(looked_at) AS message (id)
        WHERE (SELECT NOT EXISTS (SELECT FROM message_search WHERE message_id = message.id))
        ORDER BY message.id DESC LIMIT 100);
BEGIN
    PERFORM index_messages(missing);
    IF cardinality(missing) = 100 THEN RETURN missing[100]; END IF;
    RETURN looked_at[cardinality(looked_at)];
END
$$;

-- The messages that a user sees and that a text finds, before an id, the newest first: the newest 5,000 of at most
-- 20,000 that the index has. The word of the user comes with every query, so that negations need no reading of others.
CREATE OR REPLACE FUNCTION search_messages(viewer uuid, query text, last uuid, maximum integer)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
    words tsquery := websearch_to_tsquery('russian', search_fold(query));
    wanted tsquery;
BEGIN
    -- Words that are in every text find nothing.
    IF numnode(words) = 0 THEN RETURN; END IF;
    wanted := words && format('''@%s''', viewer)::tsquery;
    RETURN QUERY
        SELECT seen.id
        FROM (
            SELECT found.message_id
            FROM (SELECT message_id FROM message_search AS entry WHERE entry.words @@ wanted LIMIT 20000) AS found
            WHERE found.message_id < last
            ORDER BY found.message_id DESC LIMIT 5000
        ) AS candidate
            CROSS JOIN LATERAL (
                SELECT * FROM visible_messages(viewer) AS visible WHERE visible.id = candidate.message_id LIMIT 1
            ) AS seen
        ORDER BY candidate.message_id DESC LIMIT maximum;
END
$$;

-- Deletes some of the conversations of a deleted account, for both users. Returns how many.
CREATE OR REPLACE FUNCTION remove_some_conversations(account uuid, maximum integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM conversations
    WHERE id IN (
        SELECT id FROM (
            SELECT id FROM conversations WHERE low_id = account
            UNION ALL
            SELECT id FROM conversations WHERE high_id = account
        ) AS own
        LIMIT maximum);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;
