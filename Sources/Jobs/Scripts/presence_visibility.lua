-- Publishes whether a user's online status is visible to others.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 user  3 1 if it is visible
-- Called  by the API, after the change is committed in PostgreSQL.
publish(ARGV[1], {string.format('"userId":"%s","showsOnlineStatus":%s,"at":%.0f}', ARGV[2],
  ARGV[3] == '1' and 'true' or 'false', clock())})
