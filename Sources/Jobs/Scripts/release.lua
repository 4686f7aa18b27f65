-- A worker ends: what it has not finished goes back to the head of the list, without using up an attempt.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 lease in milliseconds
-- Returns how many went back.
-- Called  by the consumer when it stops.
local time = now()
local running, handoff = queue .. 'running:' .. ARGV[1], queue .. 'handoff:' .. ARGV[1]
local count = 0
local held = call('HGETALL', running)
for i = 1, #held, 2 do
  leave(held[i], false, time)
  giveBack(#held[i + 1] > 1 and held[i + 1] or held[i])
  count = count + 1
end
for _, element in ipairs(call('LRANGE', handoff, 0, -1)) do
  if element ~= '!' then
    giveBack(element)
    count = count + 1
  end
end
call('DEL', running, handoff, queue .. 'cancelled:' .. ARGV[1])
-- It is forgotten when its lease is over: until then something may arrive in its hand-off list.
call('ZADD', queue .. 'workers', time + ARGV[2], ARGV[1])
-- Somebody else has to look after the delayed ones from now on.
wake()
return count
