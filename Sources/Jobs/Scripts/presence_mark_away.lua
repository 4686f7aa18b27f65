-- Marks sessions without recent activity as away.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 how many at most
-- Returns how many sessions were marked.
-- Called  by the presence workers.
local due = redis.call('ZRANGE', KEYS[4], '-inf', clock(), 'BYSCORE', 'LIMIT', 0, ARGV[2])
local changes = {}
for _, session in ipairs(due) do
  redis.call('ZREM', KEYS[4], session)
  local state = state_of(session)
  local user = user_of(session)
  if state and user then
    redis.call('HSET', KEYS[3], session, string.format('a|%.0f|%s|%s', state.activity, state.kind, state.game))
    merge(user, nil, changes)
  end
end
publish(ARGV[1], changes)
return #due
