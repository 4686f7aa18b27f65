-- Views that several statements share.

-- A user as lists show it to others: the columns that the reader `ListedUser` expects, in its order. The avatar of an
-- account that is not active is not served, so it has none.
CREATE OR REPLACE VIEW listed_users AS
    SELECT accounts.id, accounts.username,
           CASE WHEN accounts.is_active THEN profiles.avatar_media_id END AS avatar_media_id, accounts.last_seen_at,
           profiles.show_online_status
    FROM accounts JOIN profiles ON profiles.user_id = accounts.id;

-- Each block from both sides: NOT (SELECT EXISTS (SELECT FROM block_sides WHERE one = … AND other = …)) shows two users
-- nothing of each other, row by row. A view becomes part of the plan; a function is planned at every call [130 µs].
CREATE OR REPLACE VIEW block_sides AS
    SELECT blocker_id AS one, blocked_id AS other FROM blocks
    UNION ALL
    SELECT blocked_id, blocker_id FROM blocks;

-- A notification with the name of the user who caused it.
CREATE OR REPLACE VIEW notification_entries AS
    SELECT notifications.id, user_id, kind, actor_id, actor.username AS actor_name, entity_id, title, body, read_at,
           notifications.created_at, wants_email, emailed_at
    FROM notifications LEFT JOIN accounts AS actor ON actor.id = actor_id;

-- The denormalised counters of a user, and what they must be: the one definition, for the audit and the repair.
CREATE OR REPLACE VIEW profile_counters AS
    SELECT profiles.user_id, media_count, media_bytes, friends_count,
           files.count AS actual_media_count, files.bytes AS actual_media_bytes,
           friendships.count AS actual_friends_count
    FROM profiles, LATERAL (
        SELECT count(*) AS count, coalesce(sum(byte_count), 0) AS bytes
        FROM media WHERE media.user_id = profiles.user_id
    ) AS files, LATERAL (
        SELECT count(*) AS count FROM friends WHERE friends.user_id = profiles.user_id
    ) AS friendships;

-- The same of a user's conversations.
CREATE OR REPLACE VIEW conversation_counters AS
    SELECT member.user_id, member.other_id, member.unread_count, unread.count AS actual_unread_count
    FROM conversation_members AS member, LATERAL (
        SELECT count(*) AS count FROM messages
        WHERE messages.conversation_id = member.conversation_id AND messages.receiver_id = member.user_id
          AND messages.read_at IS NULL
    ) AS unread;
