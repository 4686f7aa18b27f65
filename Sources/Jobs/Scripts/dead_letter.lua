-- Dead-letters a job without an outbox row.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 id  3 error  4 envelope
-- Returns 1
-- Called  by the consumer.
local time = now()
call('HDEL', queue .. 'running:' .. ARGV[1], ARGV[2])
forget({ARGV[2]}, time)
deadLetter(ARGV[2], ARGV[3], ARGV[4], time)
return 1
