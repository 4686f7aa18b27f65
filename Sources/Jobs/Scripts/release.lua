-- A worker ends: what it has not finished goes back to the head of the list, without using up an attempt.
-- KEYS    1 ready  2 workers  3 running:<worker>  4 handoff:<worker>
-- ARGV    1 worker
-- Returns how many went back.
-- Called  by the consumer when it stops.
local ids = redis.call('HKEYS', KEYS[3])
for _, id in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do ids[#ids + 1] = id end
for _, id in ipairs(ids) do redis.call('RPUSH', KEYS[1], id) end
redis.call('DEL', KEYS[3], KEYS[4])
redis.call('ZREM', KEYS[2], ARGV[1])
return #ids
