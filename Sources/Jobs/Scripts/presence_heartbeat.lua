-- A sign of life: moves the deadline of a session, or begins it.
-- KEYS    1 deadlines  2 signs
-- ARGV    1 session  2 how long it lasts from now, in milliseconds
-- Called  by whoever hears of somebody.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], string.format('%d', now))
return 1
