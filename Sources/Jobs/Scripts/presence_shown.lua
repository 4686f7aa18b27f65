-- Somebody shows, or shows no longer, when they are there.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 user  3 1 if they show it
-- Called  by the API, when PostgreSQL has it.
tell(ARGV[1], {userId = ARGV[2], showsOnlineStatus = ARGV[3] == '1', at = clock()})
