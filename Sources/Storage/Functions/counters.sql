-- The repair of denormalised counters.

-- Sets the counters of these users to what the views say they must be, and returns the users whose counters were
-- wrong. A statement that changes a counted row changes the counter in the same transaction, with the profile (or the
-- conversation member) locked; so while the locks are held, no row is changed without its counter.
CREATE OR REPLACE FUNCTION reconcile_counters(users uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    wrong_posts uuid[] := ARRAY(
        SELECT id FROM post_counters
        WHERE author_id = ANY (users)
          AND (likes_count, comments_count, shares_count)
              <> (actual_likes_count, actual_comments_count, actual_shares_count));
BEGIN
    -- Posts are locked before profiles, as by every write of them.
    PERFORM FROM posts WHERE id = ANY (wrong_posts) ORDER BY id FOR UPDATE;
    RETURN QUERY
        UPDATE posts
        SET likes_count = actual_likes_count, comments_count = actual_comments_count,
            shares_count = actual_shares_count
        FROM post_counters AS counters
        WHERE posts.id = ANY (wrong_posts) AND counters.id = posts.id
          AND (counters.likes_count, counters.comments_count, counters.shares_count)
              <> (actual_likes_count, actual_comments_count, actual_shares_count)
        RETURNING posts.author_id;
    PERFORM FROM profiles WHERE user_id = ANY (users) ORDER BY user_id FOR UPDATE;
    RETURN QUERY
        UPDATE profiles
        SET media_count = actual_media_count, media_bytes = actual_media_bytes, friends_count = actual_friends_count,
            tracks_count = actual_tracks_count, followers_count = actual_followers_count,
            following_count = actual_following_count, total_plays = actual_total_plays,
            posts_count = actual_posts_count, public_posts_count = actual_public_posts_count,
            follower_posts_count = actual_follower_posts_count
        FROM profile_counters AS counters
        WHERE profiles.user_id = ANY (users) AND counters.user_id = profiles.user_id
          AND (counters.media_count, counters.media_bytes, counters.friends_count, counters.tracks_count,
               counters.followers_count, counters.following_count, counters.total_plays, counters.posts_count,
               counters.public_posts_count, counters.follower_posts_count)
              <> (actual_media_count, actual_media_bytes, actual_friends_count, actual_tracks_count,
                  actual_followers_count, actual_following_count, actual_total_plays, actual_posts_count,
                  actual_public_posts_count, actual_follower_posts_count)
        RETURNING profiles.user_id;
    PERFORM FROM conversation_members WHERE user_id = ANY (users) ORDER BY user_id, other_id FOR UPDATE;
    RETURN QUERY
        UPDATE conversation_members AS member
        SET unread_count = actual_unread_count, message_count = actual_message_count
        FROM conversation_counters AS counters
        WHERE member.user_id = ANY (users) AND counters.user_id = member.user_id
          AND counters.other_id = member.other_id
          AND (counters.unread_count, counters.message_count) <> (actual_unread_count, actual_message_count)
        RETURNING member.user_id;
END
$$;
