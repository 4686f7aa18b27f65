-- Finds jobs that Redis knows but that are nowhere, and makes them ready again. That takes three faults at once: a flush,
-- a job handed in the same second to a worker that has not registered again, and the death of that worker.
-- KEYS    1 jobs  2 ready  3 delayed  4 workers
-- ARGV    1 prefix of running:<worker>  2 prefix of handoff:<worker>  3… ids that are due for long
-- Returns how many were nowhere. Does nothing while the list is long: looking through it would hold up everybody.
-- Called  by the scheduler, each minute.
if redis.call('LLEN', KEYS[2]) > 10000 then return 0 end
local workers = redis.call('ZRANGE', KEYS[4], 0, -1)
local function is_held(id)
  for _, worker in ipairs(workers) do
    if redis.call('HEXISTS', ARGV[1] .. worker, id) == 1 then return true end
    if redis.call('LPOS', ARGV[2] .. worker, id) then return true end
  end
  return false
end
local found = 0
for i = 3, #ARGV do
  local id = ARGV[i]
  if redis.call('HEXISTS', KEYS[1], id) == 1 and not redis.call('ZSCORE', KEYS[3], id)
    and not redis.call('LPOS', KEYS[2], id) and not is_held(id) then
    redis.call('RPUSH', KEYS[2], id)
    found = found + 1
  end
end
return found
