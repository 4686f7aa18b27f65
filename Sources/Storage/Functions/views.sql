-- Views that several statements share.

-- The one filter between users: a viewer and a hidden user see nothing of each other, because one of them blocks the
-- other. Every statement that shows users, their messages, marks or notifications to others reads it; `RelationFilter`
-- does for code without such a statement. Only the commands that write or depend on a block's direction read `blocks`.
CREATE OR REPLACE VIEW hidden_users AS
    SELECT blocker_id AS viewer_id, blocked_id AS hidden_id FROM blocks
    UNION ALL
    SELECT blocked_id, blocker_id FROM blocks;

-- The users whom a viewer blocks: of the two directions the one that only its list of conversations needs, which has
-- none with them, while that of the other user has.
CREATE OR REPLACE VIEW blocked_users AS SELECT blocker_id AS viewer_id, blocked_id FROM blocks;

-- A user as lists show it to others: the columns of the reader `ListedUser`. A new column comes last, so that the view
-- can be replaced. The avatar of an account that is not active is not served, so it has none.
CREATE OR REPLACE VIEW listed_users AS
    SELECT user_id AS id, username, CASE WHEN is_active THEN avatar_media_id END AS avatar_media_id, last_seen_at,
           show_online_status, CASE WHEN is_active THEN avatar_url END AS avatar_url
    FROM user_cards;

-- A file as responses and jobs read it: the columns of the reader `MediaFile`. Processes of an earlier version write
-- the size of a picture into two columns of its own.
CREATE OR REPLACE VIEW media_entries AS
    SELECT media.id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, state, failure,
           coalesce(metadata, CASE WHEN width IS NOT NULL
               THEN jsonb_build_object('width', width, 'height', height, 'format', format) END) AS metadata,
           title, track_id, cover_id, media.created_at, media.updated_at, accounts.is_active AS is_owner_active
    FROM media JOIN accounts ON accounts.id = user_id;

-- The denormalised counters of a user, and what they must be: the one definition, for the audit and the repair.
CREATE OR REPLACE VIEW profile_counters AS
    SELECT profiles.user_id, media_count, media_bytes, friends_count,
           files.count AS actual_media_count, files.bytes AS actual_media_bytes,
           friendships.count AS actual_friends_count, tracks_count, files.tracks AS actual_tracks_count,
           followers_count, followers.count AS actual_followers_count,
           following_count, following.count AS actual_following_count,
           total_plays, heard.count AS actual_total_plays,
           posts_count, published.count AS actual_posts_count,
           public_posts_count, published.public AS actual_public_posts_count,
           follower_posts_count, published.followers AS actual_follower_posts_count
    FROM profiles, LATERAL (
        -- Of a failed file there are no bytes.
        SELECT count(*) AS count, coalesce(sum(byte_count), 0) AS bytes,
               count(*) FILTER (WHERE purpose = 'track') AS tracks
        FROM media WHERE media.user_id = profiles.user_id AND state <> 'failed'
    ) AS files, LATERAL (
        SELECT count(*) AS count FROM friends WHERE friends.user_id = profiles.user_id
    ) AS friendships, LATERAL (
        SELECT count(*) AS count FROM follows WHERE following_id = profiles.user_id AND NOT is_hidden
    ) AS followers, LATERAL (
        SELECT count(*) AS count FROM follows WHERE follower_id = profiles.user_id AND NOT is_hidden
    ) AS following, LATERAL (
        -- Those that are not counted yet are on their way.
        SELECT count(*) AS count FROM plays WHERE owner_id = profiles.user_id AND is_counted
    ) AS heard, LATERAL (
        SELECT count(*) AS count, count(*) FILTER (WHERE visibility = 'PUBLIC') AS public,
               count(*) FILTER (WHERE visibility <> 'PRIVATE') AS followers
        FROM posts WHERE author_id = profiles.user_id
    ) AS published;

-- The same of a user's posts.
CREATE OR REPLACE VIEW post_counters AS
    SELECT posts.id, posts.author_id, posts.likes_count, liked.count AS actual_likes_count,
           comments_count, commented.count AS actual_comments_count,
           shares_count, shared.count AS actual_shares_count
    FROM posts, LATERAL (
        SELECT count(*) AS count FROM likes WHERE post_id = posts.id
    ) AS liked, LATERAL (
        SELECT count(*) AS count FROM comments WHERE post_id = posts.id
    ) AS commented, LATERAL (
        SELECT count(*) AS count FROM shares WHERE post_id = posts.id
    ) AS shared;

-- The same of a user's conversations: of what the user has not removed and was meant to see. A conversation without
-- such messages has no row. The new columns come last, so that the view can be replaced.
CREATE OR REPLACE VIEW conversation_counters AS
    SELECT member.user_id, member.other_id, member.unread_count, view.unread AS actual_unread_count,
           member.message_count, view.messages AS actual_message_count
    FROM conversation_members AS member, LATERAL (
        SELECT count(*) FILTER (WHERE receiver_id = member.user_id AND read_at IS NULL) AS unread,
               count(*) AS messages
        FROM messages
        WHERE messages.conversation_id = member.conversation_id
          AND CASE WHEN receiver_id = member.user_id THEN NOT is_hidden_from_receiver ELSE NOT is_hidden_from_sender END
    ) AS view;
