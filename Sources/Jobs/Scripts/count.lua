-- Adds a worker's counts to the totals of the queue.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 how many jobs ended since the last call  2… field, number; repeated
-- Returns 1
-- Called  by every consumer's heartbeat, each second, unless nothing was counted.
for i = 2, #ARGV, 2 do call('HINCRBY', queue .. 'stats', ARGV[i], ARGV[i + 1]) end
if ARGV[1] ~= '0' then
  local minute = queue .. 'done:' .. math.floor(now() / 60000)
  call('INCRBY', minute, ARGV[1])
  call('EXPIRE', minute, 300)
end
return 1
