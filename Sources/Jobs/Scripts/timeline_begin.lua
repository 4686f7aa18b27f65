-- Begins to build a timeline. From then on pushes are kept in it, so that what is read from PostgreSQL afterwards lacks
-- nothing.
-- KEYS    1 the timeline
-- ARGV    1 the builder's name  2 after how many seconds the build of another one is given up
-- Returns the state it wrote, or nil: it is there, or another builder is at work.
-- Called  by the API.
local state = redis.call('LINDEX', KEYS[1], 0)
local now = tonumber(redis.call('TIME')[1])
if state then
  local since = string.match(state, '^b(%d+):')
  if not since or now - tonumber(since) < tonumber(ARGV[2]) then return nil end
  redis.call('DEL', KEYS[1])
end
local own = string.format('b%.0f:%s', now, ARGV[1])
redis.call('RPUSH', KEYS[1], own)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return own
