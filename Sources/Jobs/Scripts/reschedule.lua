-- Moves a job that this worker holds to the delayed jobs, with a new envelope.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 id  3 envelope  4 milliseconds from now  5 priority (h, n or l)
-- Returns 1, or 0 if the worker no longer held the job: then another worker has it, and nothing changes.
-- Called  by the consumer, after the row is updated.
local id, time = ARGV[2], now()
if call('HDEL', queue .. 'running:' .. ARGV[1], id) == 0 then return 0 end
call('HSET', queue .. 'jobs', id, ARGV[3])
releaseLimits(id, false, time)
delay(id, ARGV[5], time + ARGV[4])
return 1
