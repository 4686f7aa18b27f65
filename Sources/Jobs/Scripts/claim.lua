-- One round trip for everything: what is finished goes, the lease is renewed, what is due is promoted, new jobs come.
-- KEYS    1 jobs  2 ready  3 delayed  4 running:<worker>  5 handoff:<worker>  6 workers  7 crashes
-- ARGV    1 worker  2 how many jobs at most  3 lease in milliseconds  4… ids that are finished
-- Returns nothing when the worker is fenced, else {milliseconds until the next delayed job or -1,
--         id, envelope, crashes, id, envelope, crashes, …}
-- Called  by the consumer.
if not redis.call('ZSCORE', KEYS[6], ARGV[1]) then return {} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[6], now + ARGV[3], ARGV[1])
if #ARGV > 3 then
  redis.call('HDEL', KEYS[4], unpack(ARGV, 4))
  redis.call('HDEL', KEYS[1], unpack(ARGV, 4))
  redis.call('HDEL', KEYS[7], unpack(ARGV, 4))
end
local due = redis.call('ZRANGE', KEYS[3], '-inf', now, 'BYSCORE', 'LIMIT', 0, 200)
if #due > 0 then
  redis.call('LPUSH', KEYS[2], unpack(due))
  redis.call('ZREM', KEYS[3], unpack(due))
end
local limit = tonumber(ARGV[2])
local ids = {}
if limit > 0 then
  ids = redis.call('LRANGE', KEYS[5], 0, -1)
  if #ids > 0 then redis.call('DEL', KEYS[5]) end
  if #ids < limit then
    for _, id in ipairs(redis.call('RPOP', KEYS[2], limit - #ids) or {}) do ids[#ids + 1] = id end
  end
end
local wait = -1
local next = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
if next[2] then wait = math.max(1, math.floor(next[2] - now)) end
local result = {wait}
if #ids > 0 then
  local bodies = redis.call('HMGET', KEYS[1], unpack(ids))
  local crashes = redis.call('HMGET', KEYS[7], unpack(ids))
  for i, id in ipairs(ids) do
    -- A job without a body was cancelled.
    if bodies[i] then
      redis.call('HSET', KEYS[4], id, now)
      result[#result + 1] = id
      result[#result + 1] = bodies[i]
      result[#result + 1] = tonumber(crashes[i] or 0)
    end
  end
end
return result
