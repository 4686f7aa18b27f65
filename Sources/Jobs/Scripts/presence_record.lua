-- Records an event: opens a session or extends it, and perhaps changes its state.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 user  3 device  4 event: online, heartbeat, away or activity
--         5 how long the session lasts from now  6 after how long without activity it becomes away, both in ms
--         7 game, for online
-- Returns {status, game, ms}: the user's presence now; nil for activity without a session, and if the login has ended.
-- Called  by the API. Activity is a request that the user made elsewhere: it opens no session, and extends only one
--         that was opened by a single request.
local now = clock()
local session = ARGV[2] .. ':' .. ARGV[3]
-- A request that was authenticated before its login ended may arrive after that.
if redis.call('ZSCORE', KEYS[7], session) then return nil end
local old = state_of(session)
if ARGV[4] == 'activity' and not old then return nil end
local new = old or {state = 'o', activity = now, kind = 'b', game = ''}
local ends = now + ARGV[5]
if ARGV[4] == 'online' then
  new = {state = 'o', activity = now, kind = 'l', game = ARGV[7]}
elseif ARGV[4] == 'away' then
  new.state = 'x'
  if not old then new.kind = 'l' end
elseif ARGV[4] == 'heartbeat' then
  new.kind = 'b'
else
  new.activity = now
  if new.state == 'a' then new.state = 'o' end
  if new.kind == 'b' then ends = tonumber(redis.call('ZSCORE', KEYS[1], session) or ends) end
end
redis.call('HSET', KEYS[3], session, string.format('%s|%.0f|%s|%s', new.state, new.activity, new.kind, new.game))
redis.call('HSET', KEYS[2], session, string.format('%.0f', now))
redis.call('ZADD', KEYS[1], string.format('%.0f', ends), session)
if new.state == 'o' then
  redis.call('ZADD', KEYS[4], string.format('%.0f', new.activity + ARGV[6]), session)
else
  redis.call('ZREM', KEYS[4], session)
end
local changes = {}
local merged = merge(ARGV[2], ARGV[3], changes)
publish(ARGV[1], changes)
return {merged[1], merged[2], now}
