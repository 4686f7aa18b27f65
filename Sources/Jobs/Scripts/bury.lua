-- Keeps a job that lives in Redis alone and that nobody will try again.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 id  3 error  4 envelope
-- Returns 1
-- Called  by the consumer.
local time = now()
call('HDEL', queue .. 'running:' .. ARGV[1], ARGV[2])
forget({ARGV[2]}, time)
bury(ARGV[2], ARGV[3], ARGV[4], time)
return 1
