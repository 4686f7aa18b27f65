-- Renews a lease.
-- KEYS    1 workers
-- ARGV    1 worker  2 lease in milliseconds
-- Returns 1, or 0 when the worker is fenced: its lease ran out and its jobs were given away.
-- Called  by the beat of every consumer, each second.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], ARGV[1])
return 1
