-- Requeues jobs that Redis holds for a worker but the worker does not know, because a reply to it was lost.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2… ids that it knows to hold
-- Returns how many were requeued.
-- Called  by the consumer when claim.lua asks for it.
local time = now()
local running, known = queue .. 'running:' .. ARGV[1], {}
for i = 2, #ARGV do known[ARGV[i]] = true end
local held, count = call('HGETALL', running), 0
for i = 1, #held, 2 do
  local id, value = held[i], held[i + 1]
  if not known[id] then
    releaseLimits(id, false, time)
    requeue(#value > 1 and value or id)
    call('HDEL', running, id)
    count = count + 1
  end
end
if count > 0 then wake() end
return count
