-- Ends a user's session on one device.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 user  3 device
-- Returns {status, game, ms}: the user's presence now.
-- Called  by the API.
forget(ARGV[2] .. ':' .. ARGV[3])
local changes = {}
local merged = merge(ARGV[2], nil, changes)
publish(ARGV[1], changes)
return {merged[1], merged[2], clock()}
