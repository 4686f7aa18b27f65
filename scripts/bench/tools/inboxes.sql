-- The inboxes of the users of tools/messages.sql, which is run first, with the same settings. Each has nine
-- notifications in eight groups. Those of the first 500 have about 330 more, as of a user who returns after some days:
-- a post with 120 likes and 25 comments, two with some of each, 130 new followers, replies, mentions, friends and an
-- achievement; those of the last day are unread. Run again with a larger number, it adds the rest.

SET session_replication_role = replica;

CREATE OR REPLACE FUNCTION bench_id(name text, VARIADIC numbers bigint[]) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT md5(name || array_to_string(numbers, ' '))::uuid
$$;

CREATE TEMPORARY TABLE readers AS
SELECT number, bench_writer(number) AS id, number < 500 AS returns
FROM generate_series(:already_people, :people - 1) AS number;

-- Three posts each: how many likes and comments they have.
CREATE TEMPORARY TABLE written AS
SELECT bench_id('post', number, place) AS id, readers.id AS author, number, place,
       CASE WHEN returns THEN (ARRAY[120, 12, 3])[place] ELSE (ARRAY[2, 1, 0])[place] END AS likes,
       CASE WHEN returns THEN (ARRAY[25, 4, 1])[place] ELSE (ARRAY[1, 0, 0])[place] END AS comments
FROM readers, generate_series(1, 3) AS place;
INSERT INTO posts (
    id, author_id, content, visibility, likes_count, comments_count, created_at, updated_at, published_at)
SELECT id, author, 'We rehearse on Friday', 'PUBLIC', likes, comments, now() - place * interval '2 days',
       now() - place * interval '2 days', now() - place * interval '2 days'
FROM written;

-- What was done, by whom, about which entity, how many hours ago.
CREATE TEMPORARY TABLE causes (
    receiver uuid, kind text, obsolescence text, actor uuid, entity uuid, of_group uuid, title text, hours numeric);

CREATE FUNCTION pg_temp.other(number bigint, step bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT bench_writer((number + step) % 1000)
$$;
INSERT INTO causes
SELECT author, 'post_liked', 'like_ended', pg_temp.other(number, step), id, id, NULL, place * 4 + step * 1.7
FROM written, generate_series(1, likes) AS step
UNION ALL
SELECT author, 'post_commented', 'comment_deleted', pg_temp.other(number, step),
       bench_id('comment', number, place, step), id, NULL, place * 5 + step * 2.3
FROM written, generate_series(1, comments) AS step
UNION ALL
SELECT id, 'user_followed', 'follow_ended', pg_temp.other(number, step), pg_temp.other(number, step), id, NULL,
       3 + step * 2.1
FROM readers, generate_series(1, CASE WHEN returns THEN 130 ELSE 1 END) AS step
UNION ALL
-- Of the five users who write with each as the second of the pair, the last message.
SELECT one.id, 'new_message', 'message_read', member.other_id, member.last_message_id, member.other_id, NULL,
       7 + 9 * (row_number() OVER (PARTITION BY one.id ORDER BY other_id))
FROM readers AS one CROSS JOIN LATERAL (
    SELECT other_id, last_message_id FROM conversation_members WHERE user_id = one.id ORDER BY other_id
    LIMIT CASE WHEN one.returns THEN 6 ELSE 2 END
) AS member
UNION ALL
SELECT id, 'post_mentioned', 'mention_ended', pg_temp.other(number, 1), bench_id('post', (number + 1) % 500, 1),
       bench_id('post', (number + 1) % 500, 1), NULL, 6
FROM readers
UNION ALL
SELECT id, 'comment_replied', 'comment_hidden', pg_temp.other(number, 2 + step),
       bench_id('reply', number, step), bench_id('post', (number + 2) % 500, 1), NULL, 20 + step * 8
FROM readers, generate_series(1, CASE WHEN returns THEN 3 ELSE 1 END) AS step
UNION ALL
SELECT id, 'friend_request_accepted', NULL, pg_temp.other(number, step), bench_id('friendship', number, step),
       bench_id('entry', number, step), NULL, 30 + step * 20
FROM readers, generate_series(1, 2) AS step WHERE returns
UNION ALL
SELECT id, 'achievement', NULL, NULL, bench_id('achievement', number), bench_id('entry', number), 'First friend', 40
FROM readers WHERE returns;

INSERT INTO likes (user_id, post_id, created_at)
SELECT actor, entity, now() - hours * interval '1 hour' FROM causes WHERE kind = 'post_liked';
INSERT INTO comments (id, post_id, author_id, parent_id, content, created_at, updated_at)
SELECT entity, of_group, actor, NULL::uuid, 'Fine', now() - hours * interval '1 hour', now() - hours * interval '1 hour'
FROM causes WHERE kind = 'post_commented'
UNION ALL
SELECT bench_id('comment of', number), bench_id('post', (number + 2) % 500, 1), id, NULL::uuid, 'Fine',
       now() - interval '2 days', now() - interval '2 days'
FROM readers
UNION ALL
SELECT entity, of_group, actor, bench_id('comment of', readers.number), 'Fine', now() - hours * interval '1 hour',
       now() - hours * interval '1 hour'
FROM causes JOIN readers ON readers.id = receiver WHERE kind = 'comment_replied';
INSERT INTO follows (follower_id, following_id, id, created_at)
SELECT actor, receiver, gen_random_uuid(), now() - hours * interval '1 hour' FROM causes WHERE kind = 'user_followed';
INSERT INTO mentions (text_id, user_id, post_id)
SELECT entity, receiver, entity FROM causes WHERE kind = 'post_mentioned';

INSERT INTO notifications (
    id, user_id, kind, actor_id, entity_id, title, event, read_at, created_at, obsolescence, group_id)
SELECT gen_random_uuid(), receiver, kind, actor, entity, title, concat_ws(':', kind, entity, actor),
       CASE WHEN hours > 24 THEN now() END, now() - hours * interval '1 hour', obsolescence, of_group
FROM causes ORDER BY receiver, hours;
INSERT INTO notification_groups (user_id, group_id, kind, newest_at)
SELECT receiver, of_group, kind, now() - min(hours) * interval '1 hour' FROM causes GROUP BY receiver, of_group, kind;

SET session_replication_role = origin;
-- They looked at the list before.
SELECT refresh_inbox(id, 101) FROM readers \g /dev/null

-- Makes unread again what was unread at first.
CREATE TABLE IF NOT EXISTS bench_unread AS
SELECT id FROM notifications WHERE read_at IS NULL AND user_id < bench_writer(500);
CREATE OR REPLACE FUNCTION bench_mark_unread() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE notifications SET read_at = NULL WHERE id IN (SELECT id FROM bench_unread) AND read_at IS NOT NULL;
    UPDATE notification_groups SET unread = NULL WHERE user_id < bench_writer(500);
    PERFORM refresh_inbox(bench_writer(number), 101) FROM generate_series(0, 499) AS number;
END
$$;
VACUUM ANALYZE posts, likes, comments, follows, mentions, notifications, notification_groups, inbox_changes;
