-- Ends sessions because their logins have ended, and keeps requests on their way from recording them again.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 how long they are not recorded, in ms  3 session; repeated, at most 1,000 times
-- Returns nothing.
-- Called  by the API when it ends a login, and by the presence workers for logins that a process ended and then died.
local now = clock()
redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', now)
local users, seen = {}, {}
for i = 3, #ARGV do
  redis.call('ZADD', KEYS[7], 'NX', string.format('%.0f', now + tonumber(ARGV[2])), ARGV[i])
  local user = user_of(ARGV[i])
  if state_of(ARGV[i]) and user and not seen[user] then
    seen[user] = true
    users[#users + 1] = user
  end
  forget(ARGV[i])
end
local changes = {}
for _, user in ipairs(users) do merge(user, nil, changes) end
publish(ARGV[1], changes)
