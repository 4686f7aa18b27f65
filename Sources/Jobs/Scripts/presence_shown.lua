-- Somebody shows, or shows no longer, when they are there.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 user  3 1 if they show it
-- Called  by the API, when PostgreSQL has it.
tell(ARGV[1], {string.format('"userId":"%s","showsOnlineStatus":%s,"at":%.0f}', ARGV[2],
  ARGV[3] == '1' and 'true' or 'false', clock())})
