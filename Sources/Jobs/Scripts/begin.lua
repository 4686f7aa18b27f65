-- Records that a suspect job starts: if the worker dies now, this job was running.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 id
-- Returns 1, or 0 if the worker no longer holds the job.
-- Called  by the consumer, for jobs that were running when workers died.
local running = queue .. 'running:' .. ARGV[1]
if call('HEXISTS', running, ARGV[2]) == 0 then return 0 end
call('HSET', running, ARGV[2], '')
return 1
