-- A worker begins, or begins anew after it was fenced or Redis forgot it.
-- KEYS    1 workers
-- ARGV    1 worker  2 lease in milliseconds
-- Called  by the consumer before its first claim.
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], ARGV[1])
return 1
