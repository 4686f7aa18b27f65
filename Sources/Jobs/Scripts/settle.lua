-- Gives back to the head of the list what a worker holds without knowing, because an answer to it was lost.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2… ids that it knows to hold
-- Returns how many went back.
-- Called  by the consumer when claim.lua says so.
local time = now()
local running, known = queue .. 'running:' .. ARGV[1], {}
for i = 2, #ARGV do known[ARGV[i]] = true end
local held, count = call('HGETALL', running), 0
for i = 1, #held, 2 do
  local id, value = held[i], held[i + 1]
  if not known[id] then
    leave(id, false, time)
    giveBack(#value > 1 and value or id)
    call('HDEL', running, id)
    count = count + 1
  end
end
if count > 0 then wake() end
return count
