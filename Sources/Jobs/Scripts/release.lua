-- Ends a worker: requeues its unfinished jobs at the head of the list, without using up an attempt.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 lease in milliseconds
-- Returns how many were requeued.
-- Called  by the consumer when it stops.
local time = now()
local running, handoff = queue .. 'running:' .. ARGV[1], queue .. 'handoff:' .. ARGV[1]
local count = 0
local held = call('HGETALL', running)
for i = 1, #held, 2 do
  releaseLimits(held[i], false, time)
  requeue(#held[i + 1] > 1 and held[i + 1] or held[i])
  count = count + 1
end
for _, element in ipairs(call('LRANGE', handoff, 0, -1)) do
  if element ~= '!' then
    requeue(element)
    count = count + 1
  end
end
call('DEL', running, handoff, queue .. 'cancelled:' .. ARGV[1])
-- The reaper removes it when its lease expires: until then an element may arrive in its hand-off list.
call('ZADD', queue .. 'workers', time + ARGV[2], ARGV[1])
-- Another worker has to set a timer for the delayed jobs.
wake()
return count
