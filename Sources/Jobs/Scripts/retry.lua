-- Puts a job that failed among the delayed ones, with a new envelope.
-- KEYS    1 jobs  2 delayed  3 running:<worker>
-- ARGV    1 id  2 envelope  3 milliseconds from now
-- Returns 1, or 0 when the job was no longer this worker's: then it was given to another, and is left alone.
-- Called  by the consumer, after the row says the same.
if redis.call('HDEL', KEYS[3], ARGV[1]) == 0 then return 0 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3], ARGV[1])
return 1
