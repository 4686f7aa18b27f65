-- The users of the benchmarks. A user has a number, with which the id ends (see tools/tokens.py):
--   0–999         are online at once: 50 friends each, a conversation of three messages with 20 of them
--   1000–1002     have 10, 1,000 and 5,000 friends, with a conversation each, and as many pending requests
--   50000–54999   their friends, who all have the same beginning of their names, and 50 of each other as friends
--   the others    are the friends of the first and those of the requests; search finds all

CREATE FUNCTION bench_person(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$;

INSERT INTO accounts (id, email, username)
SELECT bench_person(number), number || '@example.com',
       CASE WHEN number BETWEEN 50000 AND 54999 THEN 'friend' || number ELSE 'p' || substr(md5(number::text), 1, 11) END
FROM generate_series(0, 99999) AS number;

-- Other parts of the bench may have registered users.
INSERT INTO profiles (user_id, first_friend_at) SELECT id, now() FROM accounts ON CONFLICT DO NOTHING;

CREATE TABLE bench_pairs AS
    SELECT person, 2000 + (person * 50 + place) % 40000 AS friend, place, 3 AS messages, place < 20 AS writes
    FROM generate_series(0, 999) AS person, generate_series(0, 49) AS place
    UNION ALL
    SELECT person, 50000 + place, place, 1, true
    FROM (VALUES (1000, 10), (1001, 1000), (1002, 5000)) AS size (person, friends),
        generate_series(0, friends - 1) AS place
    UNION ALL
    SELECT 50000 + person, 50000 + (person + 1 + place) % 5000, place, 0, false
    FROM generate_series(0, 4999) AS person, generate_series(0, 24) AS place;

INSERT INTO friends (user_id, friend_id, id, requested_by, created_at, accepted_at)
SELECT bench_person(one), bench_person(other), id, bench_person(person), since, since
FROM (SELECT *, gen_random_uuid() AS id, now() - place * interval '1 minute' AS since FROM bench_pairs) AS pair,
    LATERAL (VALUES (person, friend), (friend, person)) AS direction (one, other);

UPDATE profiles SET friends_count = held.count
FROM (SELECT user_id, count(*) AS count FROM friends GROUP BY user_id) AS held WHERE held.user_id = profiles.user_id;

INSERT INTO friend_requests (id, sender_id, receiver_id, message, created_at)
SELECT gen_random_uuid(), bench_person(70000 + place), bench_person(person), 'Shall we play?',
       now() - place * interval '1 minute'
FROM (VALUES (1000, 10), (1001, 1000), (1002, 5000)) AS size (person, requests),
    generate_series(0, requests - 1) AS place;

CREATE TABLE bench_talks AS
    SELECT gen_random_uuid() AS id, person, friend, place, messages FROM bench_pairs WHERE writes;

INSERT INTO conversations (id, low_id, high_id, message_count)
SELECT id, bench_person(person), bench_person(friend), messages FROM bench_talks;

-- Their ids are in the order in which they were written.
INSERT INTO messages (id, conversation_id, sender_id, receiver_id, content, created_at, delivered_at)
SELECT ('00000000-0001-7' || lpad(number::text, 3, '0') || '-8000-' || right(id::text, 12))::uuid, id,
       bench_person(friend), bench_person(person), 'Hello! Shall we play together tonight?',
       now() - (100 - number) * interval '1 minute', now()
FROM bench_talks, generate_series(1, messages) AS number;

INSERT INTO conversation_members (user_id, other_id, conversation_id, last_message_id, unread_count)
SELECT bench_person(one), bench_person(other), talk.id, last.id, side.unread
FROM bench_talks AS talk, LATERAL (VALUES (person, friend, messages), (friend, person, 0)) AS side (one, other, unread),
    LATERAL (SELECT max(messages.id::text)::uuid AS id FROM messages WHERE conversation_id = talk.id) AS last;

DROP TABLE bench_pairs, bench_talks;
DROP FUNCTION bench_person(bigint);
VACUUM (ANALYZE) accounts, profiles, friends, friend_requests, conversations, messages, conversation_members;
