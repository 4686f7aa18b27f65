-- Users who write to each other: :people of them, from the number :already_people on, of whom each writes with the next
-- five: ten conversations of twenty messages for each. A user has a number, with which the id ends (tools/tokens.py,
-- group 7003). Run again with a larger number, it adds the rest. Triggers and foreign keys rest meanwhile.

SET session_replication_role = replica;

CREATE OR REPLACE FUNCTION bench_writer(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-7003-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$;

INSERT INTO accounts (id, email, username)
SELECT bench_writer(number), 'writer' || number || '@example.com', 'writer' || number
FROM generate_series(:already_people, :people - 1) AS number;
INSERT INTO profiles (user_id, first_name) SELECT bench_writer(number), 'Ada'
FROM generate_series(:already_people, :people - 1) AS number;
INSERT INTO user_cards (user_id, username, first_name, is_active, is_private)
SELECT bench_writer(number), 'writer' || number, 'Ada', true, false
FROM generate_series(:already_people, :people - 1) AS number;

CREATE TEMPORARY TABLE pairs AS
SELECT md5('conversation ' || number || ' ' || step)::uuid AS id, number, step,
       bench_writer(number) AS one,
       bench_writer(:already_people + (number - :already_people + step) % (:people - :already_people)) AS other
FROM generate_series(:already_people, :people - 1) AS number, generate_series(1, 5) AS step;
INSERT INTO conversations (id, low_id, high_id) SELECT id, least(one, other), greatest(one, other) FROM pairs;

CREATE TEMPORARY TABLE letters AS
SELECT pairs.id AS conversation, place, at,
       (lpad(to_hex(at), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid AS id,
       CASE WHEN place % 2 = 0 THEN one ELSE other END AS sender,
       CASE WHEN place % 2 = 0 THEN other ELSE one END AS receiver,
       'Message ' || place || ': ' || (ARRAY[
           'we rehearse on Friday and play on Sunday', 'репетиция в пятницу, концерт в воскресенье',
           'who brings the guitar?', 'я принесу ноты и гитару'])[1 + (number + place) % 4] AS content
FROM pairs, generate_series(0, 19) AS place,
    LATERAL (SELECT 1790000000000 + (place * 5 + step) * 100000000::bigint + number AS at) AS moment,
    LATERAL (SELECT md5(pairs.id::text || place) AS hash) AS random;
-- The receiver has read all but the last.
INSERT INTO messages (id, conversation_id, sender_id, receiver_id, content, created_at, delivered_at, read_at)
SELECT id, conversation, sender, receiver, content, to_timestamp(at / 1000.0), to_timestamp(at / 1000.0),
       CASE WHEN place < 19 THEN to_timestamp(at / 1000.0) END
FROM letters ORDER BY id;
INSERT INTO message_search (message_id, words) SELECT id, message_words(content, sender, receiver) FROM letters
ORDER BY id;
INSERT INTO conversation_members (user_id, other_id, conversation_id, last_message_id, unread_count, message_count)
SELECT view.viewer, view.other, conversation, id, view.unread, 20
FROM letters, LATERAL (VALUES (sender, receiver, 0), (receiver, sender, 1)) AS view (viewer, other, unread)
WHERE place = 19;

SET session_replication_role = origin;
VACUUM ANALYZE accounts, user_cards, conversations, messages, message_search, conversation_members;
