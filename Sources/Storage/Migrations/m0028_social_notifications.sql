-- Notifications of likes, comments, follows and mentions.

ALTER TABLE notifications
    -- When it is hidden: what the view notification_entries asks. Null: it is shown for good.
    ADD COLUMN obsolescence text,
    -- What unread notifications of one kind have in common, of which one is pushed: a post, or the receiver. Null: each
    -- is pushed.
    ADD COLUMN group_id uuid;

-- The unread ones of a group, and those of a kind that count for the hourly limit of mails: without the second, a
-- thousand likes within the hour would be read for each comment.
CREATE INDEX notifications_unread_of_group ON notifications (user_id, group_id, kind, created_at DESC)
    WHERE read_at IS NULL AND group_id IS NOT NULL;
CREATE INDEX notifications_mailed ON notifications (user_id, kind, created_at DESC) WHERE wants_email;

-- The users whom the text of a post or comment mentions and who are notified of it. Written by a worker, after the text.
-- The key begins with the id of the post or comment: a mention is only looked up with it.
CREATE TABLE mentions (
    text_id    uuid NOT NULL,
    user_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    post_id    uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    comment_id uuid GENERATED ALWAYS AS (nullif(text_id, post_id)) STORED REFERENCES comments ON DELETE CASCADE,
    PRIMARY KEY (text_id, user_id)
);
CREATE INDEX mentions_of_post ON mentions (post_id);
CREATE INDEX mentions_of_comment ON mentions (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX mentions_of_user ON mentions (user_id);
