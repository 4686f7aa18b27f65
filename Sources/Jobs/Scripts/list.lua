-- Lists the jobs of a queue that only Redis knows: running ones, and those without an outbox row.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 running, queued, delayed or dead  2 how many at most  3 newest or oldest: from which end
-- Returns {id, envelope (dead ones: dead letter), worker or '', millisecond of its time or 0; …}
-- Called  by the inspector.
local limit, isNewest = tonumber(ARGV[2]), ARGV[3] == 'newest'
local result = {}
local function add(id, envelope, worker, time)
  if #result >= 4 * limit then return end
  for _, value in ipairs({id, envelope, worker, math.floor(time)}) do result[#result + 1] = value end
end

-- Returns nothing for a job with a row.
local function ephemeral(element)
  local envelope = #element == 36 and call('HGET', queue .. 'jobs', element) or element
  return string.find(envelope or '', '"ephemeral":true,"args":', 1, true) and envelope
end

local function range(set)
  if isNewest then return call('ZRANGE', set, 0, limit - 1, 'REV', 'WITHSCORES') end
  return call('ZRANGE', set, 0, limit - 1, 'WITHSCORES')
end

if ARGV[1] == 'running' then
  for _, worker in ipairs(call('ZRANGE', queue .. 'workers', 0, -1)) do
    local held = call('HGETALL', queue .. 'running:' .. worker)
    for i = 1, #held, 2 do
      local value = held[i + 1]
      add(held[i], #value > 1 and value or call('HGET', queue .. 'jobs', held[i]) or '', worker, 0)
    end
  end
elseif ARGV[1] == 'queued' then
  for _, priority in ipairs({'h', 'n', 'l'}) do
    local elements
    if isNewest then
      elements = call('LRANGE', lists[priority], 0, limit - 1)
    else
      elements = call('LRANGE', lists[priority], -limit, -1)
    end
    for i = 1, #elements do
      local element = elements[isNewest and i or #elements + 1 - i]
      local envelope = ephemeral(element)
      if envelope then add(string.sub(envelope, 14, 49), envelope, '', 0) end
    end
  end
else
  local found = range(queue .. ARGV[1])
  for i = 1, #found, 2 do
    if ARGV[1] == 'dead' then
      add(found[i], call('HGET', queue .. 'graves', found[i]) or '', '', found[i + 1])
    elseif string.sub(found[i], 1, 1) ~= '!' then
      local envelope = ephemeral(found[i])
      if envelope then add(found[i], envelope, '', found[i + 1]) end
    end
  end
end
return result
