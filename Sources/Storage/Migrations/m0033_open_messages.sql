-- Messages to anyone: to whom each is shown, edits, reactions, and how many messages each of two users sees.

ALTER TABLE messages
    -- The sender has removed it from the own view.
    ADD COLUMN is_hidden_from_sender boolean NOT NULL DEFAULT false,
    -- The receiver has removed it, or blocked the sender when it was sent or changed: then it is never shown.
    ADD COLUMN is_hidden_from_receiver boolean NOT NULL DEFAULT false,
    -- When its sender last changed it.
    ADD COLUMN edited_at timestamptz,
    -- An emoji each. Columns, because a message has two users, and a page of messages needs no look-up for each.
    ADD COLUMN sender_reaction text,
    ADD COLUMN receiver_reaction text;

-- A user's view of a conversation is read in three ranges of this index: what was received, and what was sent, shown to
-- the receiver or not. So messages that a blocked sender writes cost their receiver nothing, however many they are.
CREATE INDEX messages_in_view ON messages (conversation_id, receiver_id, is_hidden_from_receiver, id DESC);
DROP INDEX messages_in_order;
DROP INDEX messages_undelivered;
CREATE INDEX messages_undelivered ON messages (receiver_id, sender_id)
    WHERE delivered_at IS NULL AND NOT is_hidden_from_receiver;

-- The messages that the user sees. `conversations.message_count` is not written any more: the counts of two users
-- differ.
ALTER TABLE conversation_members
    ADD COLUMN message_count integer NOT NULL DEFAULT 0
        CONSTRAINT conversation_members_message_count_positive CHECK (message_count >= 0);
UPDATE conversation_members AS member SET message_count = held.count
FROM (SELECT conversation_id, count(*) AS count FROM messages GROUP BY conversation_id) AS held
WHERE held.conversation_id = member.conversation_id;

-- Notifications of messages are hidden with their message.
UPDATE notifications SET obsolescence = 'message_read' WHERE kind = 'new_message' AND obsolescence IS NULL;
