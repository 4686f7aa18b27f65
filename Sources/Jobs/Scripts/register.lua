-- Registers a worker, also again after it was fenced or Redis lost its data.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 lease in milliseconds
-- Returns 1
-- Called  by the consumer before its first claim.
call('ZADD', queue .. 'workers', now() + ARGV[2], ARGV[1])
return 1
