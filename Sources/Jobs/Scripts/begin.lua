-- A suspect begins: if the worker dies now, this job was there.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 id
-- Returns 1, or 0 when the job is no longer this worker's.
-- Called  by the consumer, for jobs with which workers died before.
local running = queue .. 'running:' .. ARGV[1]
if call('HEXISTS', running, ARGV[2]) == 0 then return 0 end
call('HSET', running, ARGV[2], '')
return 1
