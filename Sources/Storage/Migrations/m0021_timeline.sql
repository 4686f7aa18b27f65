-- Feeds are read in the order of the activities' ids. Ids of tracks were random; they become those that PostgreSQL
-- would have made: version 7, of the time of the activity.
UPDATE activities
SET id = (lpad(to_hex(floor(extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7'
          || substr(id::text, 16))::uuid
WHERE substr(id::text, 15, 1) <> '7';
CREATE INDEX activities_of_actor ON activities (actor_id, id DESC);
DROP INDEX activities_by_actor;
