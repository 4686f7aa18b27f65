-- Removes sessions, except those whose deadline has changed since they were read.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 session, deadline; repeated, at most 1,000 times
-- Returns 1 for each that was removed, 0 for the others, in order.
-- Called  by the presence workers, after the last-seen times are committed in PostgreSQL.
local result, ended = {}, {}
local users, seen = {}, {}
local sessions = {}
for i = 2, #ARGV, 2 do sessions[#sessions + 1] = ARGV[i] end
local deadlines = redis.call('ZMSCORE', KEYS[1], unpack(sessions))
for i, session in ipairs(sessions) do
  -- A session that is named twice counts once.
  if deadlines[i] and tonumber(deadlines[i]) == tonumber(ARGV[2 * i + 1]) and not seen[session] then
    seen[session] = true
    ended[#ended + 1] = session
    result[i] = 1
    local user = user_of(session)
    if user and not seen[user] then
      seen[user] = true
      users[#users + 1] = user
    end
  else
    result[i] = 0
  end
end
if #ended > 0 then
  redis.call('ZREM', KEYS[1], unpack(ended))
  redis.call('HDEL', KEYS[2], unpack(ended))
  redis.call('HDEL', KEYS[3], unpack(ended))
  redis.call('ZREM', KEYS[4], unpack(ended))
end
-- One change per user, not one per device.
local changes = {}
for _, user in ipairs(users) do merge(user, nil, changes) end
publish(ARGV[1], changes)
return result
