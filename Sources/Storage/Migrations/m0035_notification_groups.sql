-- The entries of inboxes that are lists of groups: notifications of one kind about one post, from one sender, or of
-- follows are one entry, in the place of the newest. What an entry shows is asked of the notifications when it is read;
-- a row here without a notification that is shown shows nothing, and is deleted at night.
CREATE TABLE notification_groups (
    user_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    group_id  uuid NOT NULL,
    kind      text NOT NULL,
    newest_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, group_id, kind)
);
CREATE INDEX notification_groups_in_order ON notification_groups (user_id, newest_at DESC, group_id DESC);

-- Messages are grouped by their sender, and hidden when they are deleted; what is not grouped is a group of its own.
UPDATE notifications SET obsolescence = 'message_read' WHERE kind = 'new_message';
UPDATE notifications SET group_id = CASE kind WHEN 'new_message' THEN coalesce(actor_id, id) ELSE id END
WHERE group_id IS NULL;
INSERT INTO notification_groups (user_id, group_id, kind, newest_at)
SELECT user_id, group_id, kind, max(created_at) FROM notifications GROUP BY user_id, group_id, kind;

CREATE INDEX notifications_of_group ON notifications (user_id, group_id, kind, created_at DESC);
