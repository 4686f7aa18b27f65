-- Gives the jobs of dead workers back to the head of the list, and counts the crash against those that had begun.
-- KEYS    1 ready  2 workers  3 crashes
-- ARGV    1 prefix of running:<worker>  2 prefix of handoff:<worker>  3… workers known to be dead, whatever their lease
-- Returns how many jobs went back.
-- Called  by every consumer and scheduler, each second; by a starting worker for the dead of its own host.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local dead = redis.call('ZRANGE', KEYS[2], '-inf', now, 'BYSCORE', 'LIMIT', 0, 16)
for i = 3, #ARGV do
  if redis.call('ZSCORE', KEYS[2], ARGV[i]) then dead[#dead + 1] = ARGV[i] end
end
local moved = 0
for _, worker in ipairs(dead) do
  local running, handoff = ARGV[1] .. worker, ARGV[2] .. worker
  for _, id in ipairs(redis.call('HKEYS', running)) do
    redis.call('HINCRBY', KEYS[3], id, 1)
    redis.call('RPUSH', KEYS[1], id)
    moved = moved + 1
  end
  for _, id in ipairs(redis.call('LRANGE', handoff, 0, -1)) do
    redis.call('RPUSH', KEYS[1], id)
    moved = moved + 1
  end
  redis.call('DEL', running, handoff)
  redis.call('ZREM', KEYS[2], worker)
end
return moved
