-- What the users of tools/population.sql do and whom they follow, among the first :people of them. A user has ten
-- activities, a fifth of them tracks, and follows twenty users; but
--   60000–60499  read, and follow twenty users too
--   60500–60599  follow a thousand
--   60600–60619  follow five thousand
-- Run again with a larger number, it adds the rest.

CREATE OR REPLACE FUNCTION bench_person(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$;

-- Spread over a week, in no order of the users.
CREATE TEMPORARY TABLE acts AS
    SELECT actor, turn, turn % 5 = 0 AS is_track, gen_random_uuid() AS media,
           1700000000000 + (actor * 7919 + turn * 104729) % 604800000 AS at
    FROM generate_series(:already, :people - 1) AS actor, generate_series(0, 9) AS turn;

INSERT INTO media (id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, sha256, state, title)
SELECT media, bench_person(actor), 'track', 'Song.mp3', media || '.mp3', 'audio/mpeg', 'mp3', 1, '\x00', 'ready', 'Song'
FROM acts WHERE is_track;

INSERT INTO activities (id, actor_id, action, media_id, created_at)
SELECT (lpad(to_hex(at), 12, '0') || '7' || substr(media::text, 16))::uuid, bench_person(actor),
       CASE WHEN is_track THEN 'track_published' ELSE 'profile_updated' END, CASE WHEN is_track THEN media END,
       to_timestamp(at / 1000.0)
FROM acts;

-- Who reads follows users of the whole range.
DELETE FROM follows WHERE follower_id >= bench_person(60000) AND follower_id < bench_person(60620);
INSERT INTO follows (follower_id, following_id, id, created_at)
SELECT bench_person(follower), bench_person(followed), gen_random_uuid(), now()
FROM (
    SELECT follower, (follower + 1 + place::bigint * 7919) % :people AS followed
    FROM generate_series(:already, :people - 1) AS follower, generate_series(0, 19) AS place
    WHERE follower NOT BETWEEN 60000 AND 60619
    UNION ALL
    SELECT follower, (follower * 31 + place::bigint * 7919) % :people
    FROM (VALUES (60000, 60499, 20), (60500, 60599, 1000), (60600, 60619, 5000)) AS class (first, last, count),
        generate_series(first, last) AS follower, generate_series(0, count - 1) AS place
) AS edge
WHERE follower <> followed
ON CONFLICT DO NOTHING;
VACUUM (ANALYZE) accounts, profiles, media, activities, follows;
