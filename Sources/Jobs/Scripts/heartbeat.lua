-- Renews a worker's lease.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 lease in milliseconds
-- Returns nothing if the worker is fenced (its lease expired and its jobs were requeued), else {1, ids of cancelled
--         jobs that it runs …}
-- Called  by every consumer's heartbeat, each second.
if not call('ZSCORE', queue .. 'workers', ARGV[1]) then return {} end
call('ZADD', queue .. 'workers', now() + ARGV[2], ARGV[1])
local cancelled = queue .. 'cancelled:' .. ARGV[1]
local ids = call('SMEMBERS', cancelled)
if #ids > 0 then call('DEL', cancelled) end
return {1, unpack(ids)}
