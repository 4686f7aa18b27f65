-- Retries dead jobs that have no outbox row.
-- KEYS    1 prefix of the queue's keys
-- ARGV    id, envelope, priority (h, n or l); repeated
-- Returns how many were dead.
-- Called  by the inspector.
local count = 0
for i = 1, #ARGV, 3 do
  local id = ARGV[i]
  if call('ZREM', queue .. 'dead', id) == 1 then
    call('HDEL', queue .. 'graves', id)
    call('HSET', queue .. 'jobs', id, ARGV[i + 1])
    call('LPUSH', lists[ARGV[i + 2]], id)
    count = count + 1
  end
end
wake()
return count
