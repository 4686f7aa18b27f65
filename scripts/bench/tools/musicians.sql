-- Ten thousand musicians with full profiles, each of whom follows twenty others.

CREATE FUNCTION bench_musician(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-7002-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$;

INSERT INTO accounts (id, email, username, persona)
SELECT bench_musician(number), 'musician' || number || '@example.com', 'musician' || number, 'musician'
FROM generate_series(0, 9999) AS number;

INSERT INTO profiles (user_id, display_name, bio, location, genres, instruments, social_links, followers_count,
                      following_count)
SELECT bench_musician(number), 'Musician ' || number, repeat('Plays the guitar in Moscow. ', 8), 'Moscow, Russia',
       '{rock,jazz}', '{guitar,piano}',
       jsonb_build_object('youtube', 'https://youtube.com/@musician' || number, 'telegram', '@musician' || number),
       20, 20
FROM generate_series(0, 9999) AS number;

INSERT INTO follows (follower_id, following_id, id, created_at)
SELECT bench_musician(number), bench_musician((number + place * 97) % 10000), next_message_id(NULL), now()
FROM generate_series(0, 9999) AS number, generate_series(1, 20) AS place;

DROP FUNCTION bench_musician(bigint);
VACUUM (ANALYZE) accounts, profiles, follows;
